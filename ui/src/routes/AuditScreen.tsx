// Reports → Audit trail: who did what, when, to what; whether it is whole; and a copy of it for others.
import { ActionIcon, Button } from "@mantine/core";
import { IconRefresh, IconShieldCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ColumnChooser, DataTable, type DataTableHandle, type Sorting, useColumns } from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { ScreenHeader } from "../components/ScreenHeader";
import { SearchField } from "../components/SearchField";
import { keys } from "../data/keys";
import { useAudit } from "../data/lists";
import { useMay } from "../data/session";
import { AuditEntry } from "../features/audit/AuditEntry";
import { AuditFilters, allEntries, isAuditFilterOpen } from "../features/audit/AuditFilters";
import { useAuditColumns } from "../features/audit/columns";
import { Export } from "../features/audit/Export";
import { Verify } from "../features/audit/Verify";
import { formatNumber } from "../i18n/format";
import { columnChoices } from "./choices";
import type { Place } from "./places";

export function AuditScreen({ place }: { place: Extract<Place, { screen: "audit" }> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayExport = useMay("exportReports");
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState({
    ...allEntries,
    objectId: place.object?.id ?? null,
    users: place.user ? [place.user.id] : [],
  });
  const [about, setAbout] = useState(place.object?.name ?? null);
  const [sorting, setSorting] = useState<Sorting>({ by: "number", descending: true });
  const [shown, setShown] = useState<number | null>(null);
  const [verifying, setVerifying] = useState(false);
  const list = useAudit({ filter, descending: sorting.descending });
  const columns = useColumns("audit", useAuditColumns(), sorting, setSorting);
  const refresh = t("audit.refresh");

  return (
    <>
      <ScreenHeader
        title={t("audit.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("audit.search")}
            value={filter.text ?? ""}
            onChange={(text) => setFilter((before) => ({ ...before, text: text || null }))}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={
          <>
            <ActionIcon
              variant="default"
              size="input-sm"
              aria-label={refresh}
              title={refresh}
              onClick={() => client.invalidateQueries({ queryKey: keys.audit })}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
            <ColumnChooser choices={columnChoices(columns.table)} />
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
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("audit.title")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
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
