// Reports → Audit trail: the actions of all users with time and object, the verification of the trail, and its export.
import { ActionIcon, Button } from "@mantine/core";
import { IconRefresh, IconShieldCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { DataTable } from "../../components/table";
import { keys } from "../../data/keys";
import { useAudit } from "../../data/lists";
import { useListState } from "../../data/remember";
import { useMay } from "../../data/session";
import { AuditEntry } from "../../features/audit/AuditEntry";
import { AuditFilters, allEntries, isAuditFilterOpen } from "../../features/audit/AuditFilters";
import { useAuditColumns } from "../../features/audit/columns";
import { Export } from "../../features/audit/Export";
import { Verify } from "../../features/audit/Verify";
import { formatNumber } from "../../i18n/format";
import type { AuditFilter } from "../../ipc";
import type { Place } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

// The trail can be sorted only by its numbers.
const useEntries = ({ filter, descending }: { filter: AuditFilter; descending: boolean }) =>
  useAudit({ filter, descending });

export function AuditScreen({ place }: { place: Extract<Place, { screen: "audit" }> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayExport = useMay("exportReports");
  const asLeft = !place.object && !place.user;
  const named = useListState<string | null>("audit about");
  const [about, setAbout] = useState(asLeft ? named.saved : (place.object?.name ?? null));
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it changes
  useEffect(() => named.save(about), [about]);
  const [shown, setShown] = useState<number | null>(null);
  const [verifying, setVerifying] = useState(false);
  const screen = useListScreen({
    name: "audit",
    filter: { ...allEntries, objectId: place.object?.id ?? null, users: place.user ? [place.user.id] : [] },
    sorting: { by: "number", descending: true },
    asLeft,
    columns: useAuditColumns(),
    useRows: useEntries,
  });
  const { filter, setFilter } = screen;
  const refresh = t("audit.refresh");

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("audit.title")}
        search={{
          label: t("audit.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        tools={
          <>
            <ActionIcon
              variant="default"
              size={32}
              aria-label={refresh}
              title={refresh}
              onClick={() => client.invalidateQueries({ queryKey: keys.audit })}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
            {mayExport && <Export filter={filter} />}
          </>
        }
        action={
          <Button leftSection={<IconShieldCheck size={15} aria-hidden />} onClick={() => setVerifying(true)}>
            {t("audit.verify")}
          </Button>
        }
      >
        <AuditFilters filter={filter} about={about} onChange={setFilter} />
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("audit.title")}
        rowId={(row) => String(row.number)}
        rowName={(row) => t("audit.entry", { number: formatNumber(row.number) })}
        rowActions={(row) => [{ id: "details", label: t("audit.details"), onSelect: () => setShown(row.number) }]}
        onOpen={(row) => setShown(row.number)}
        empty={<EmptyState text={isAuditFilterOpen(filter) ? t("audit.empty") : t("table.nothingMatches")} />}
      />
      {shown !== null && (
        <AuditEntry
          number={shown}
          onClose={() => setShown(null)}
          onShowObject={(entry) => {
            setAbout(entry.objectLabel);
            setFilter({ ...allEntries, objectId: entry.objectId });
            setShown(null);
          }}
        />
      )}
      {verifying && (
        <Verify
          onClose={() => setVerifying(false)}
          onShowEntry={(number) => {
            setVerifying(false);
            setShown(number);
          }}
        />
      )}
    </>
  );
}
