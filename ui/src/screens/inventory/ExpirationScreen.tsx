// The report of password expiration: passwords that have expired, that will expire, and that never expire.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { DataTable } from "../../components/table";
import { useExpirations, usePolicies } from "../../data/lists";
import { useMay } from "../../data/session";
import { useExpirationColumns } from "../../features/expiration/columns";
import { call, type ExpirationFilter, type ExpirationRange, expirationRanges } from "../../ipc";
import { ExportButton } from "../ExportButton";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";
import { CredentialOverlays, type OpenCredential } from "./CredentialOverlays";

const allExpirations: ExpirationFilter = { text: null, policyId: null, range: null };
export function ExpirationScreen({ place }: { place: Extract<Place, { screen: "expiration" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayExport = useMay("exportReports");
  const [open, setOpen] = useState<OpenCredential>(null);
  const policies = usePolicies({
    filter: { text: null, strengthId: null, paused: null },
    sort: "name",
    descending: false,
  }).rows;
  const screen = useListScreen({
    name: "expiration",
    filter: { ...allExpirations, ...place.filter },
    sorting: { by: "expires", descending: false },
    asLeft: !place.filter,
    columns: useExpirationColumns(),
    useRows: useExpirations,
  });
  const { filter, setFilter, list, sorting } = screen;
  const filtered = Object.values(filter).some((value) => value !== null);
  const nameOf = (row: { username: string; deviceName: string }) =>
    t("credentials.label", { username: row.username, device: row.deviceName });
  return (
    <>
      <ListHeader
        screen={screen}
        title={t("expiration.title")}
        search={{
          label: t("credentials.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        tools={
          mayExport && (
            <ExportButton
              write={() => call("expirationExport", { filter, sort: sorting.by, descending: sorting.descending })}
              disabled={list.total === 0}
            />
          )
        }
      >
        <FilterSelect
          label={t("expiration.expires")}
          value={filter.range}
          options={expirationRanges.map((value) => ({ value, label: t(`expiration.ranges.${value}`) }))}
          onChange={(range) => setFilter({ ...filter, range: range as ExpirationRange | null })}
        />
        <FilterSelect
          label={t("policies.policy")}
          value={filter.policyId}
          options={policies.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(policyId) => setFilter({ ...filter, policyId })}
        />
        {filtered && (
          <Button variant="subtle" color="gray" onClick={() => setFilter(allExpirations)}>
            {t("table.clearFilters")}
          </Button>
        )}
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("expiration.title")}
        rowId={(row) => row.credentialId}
        rowName={nameOf}
        rowActions={(row) => [
          {
            id: "details",
            label: t("credentials.details"),
            onSelect: () => setOpen({ what: "details", id: row.credentialId, name: nameOf(row) }),
          },
          {
            id: "operations",
            label: t("credentials.showOperations"),
            onSelect: () => go({ screen: "operations", credential: { id: row.credentialId, name: nameOf(row) } }),
          },
        ]}
        onOpen={(row) => setOpen({ what: "details", id: row.credentialId, name: nameOf(row) })}
        empty={<EmptyState text={t(filtered ? "table.nothingMatches" : "credentials.empty")} />}
      />
      <CredentialOverlays open={open} setOpen={setOpen} />
    </>
  );
}
