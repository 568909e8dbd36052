// The list of operations, alive: rows follow what the host says, nothing is polled.
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  ColumnChooser,
  DataTable,
  type DataTableHandle,
  type RowAction,
  type Sorting,
  useColumns,
} from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { ScreenHeader } from "../components/ScreenHeader";
import { SearchField } from "../components/SearchField";
import { useOperations } from "../data/lists";
import { useMayChange } from "../data/session";
import { ActionDialog } from "../features/operations/ActionDialog";
import { useOperationColumns } from "../features/operations/columns";
import { OperationDetails } from "../features/operations/OperationDetails";
import { allOperations, isOperationFilterOpen, OperationFilters } from "../features/operations/OperationFilters";
import { formatNumber } from "../i18n/format";
import type { OperationAction, OperationRowView, OperationSort } from "../ipc";
import { columnChoices } from "./choices";
import { type Place, useGo } from "./places";

export function OperationsScreen({ place }: { place: Extract<Place, { screen: "operations" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState({ ...allOperations, credentialId: place.credential?.id ?? null });
  const [sorting, setSorting] = useState<Sorting<OperationSort>>({ by: "code", descending: true });
  const [details, setDetails] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ operation: OperationRowView; action: OperationAction } | null>(null);
  const list = useOperations({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns("operations", useOperationColumns(), sorting, (next) =>
    setSorting(next as Sorting<OperationSort>),
  );

  const actions = (row: OperationRowView): RowAction[] => [
    ...(mayChange ? row.actions : []).map((action) => ({
      id: action,
      label: t(`operations.actions.${action}`),
      danger: action === "cancel",
      onSelect: () => setAsked({ operation: row, action }),
    })),
    {
      id: "details",
      label: t("operations.details"),
      separated: mayChange && row.actions.length > 0,
      onSelect: () => setDetails(row.id),
    },
    ...(mayChange
      ? [
          {
            id: "credential",
            label: t("operations.editCredential"),
            onSelect: () => go({ screen: "credentials", edit: row.credentialId }),
          },
          {
            id: "device",
            label: t("operations.editDevice"),
            onSelect: () => go({ screen: "devices", edit: row.deviceId }),
          },
        ]
      : []),
  ];
  const filtered = !isOperationFilterOpen(filter);

  return (
    <>
      <ScreenHeader
        title={t("operations.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("operations.search")}
            value={filter.text ?? ""}
            onChange={(text) => setFilter((before) => ({ ...before, text: text || null }))}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={<ColumnChooser choices={columnChoices(columns.table)} />}
      >
        <OperationFilters filter={filter} about={place.credential?.name ?? null} onChange={setFilter} />
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("operations.title")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={(row) => t("operations.detailsTitle", { code: formatNumber(row.code) })}
        rowActions={actions}
        onOpen={(row) => setDetails(row.id)}
        empty={<EmptyState text={filtered ? t("table.nothingMatches") : t("operations.empty")} />}
      />
      {details && (
        <OperationDetails
          id={details}
          onClose={() => setDetails(null)}
          onAction={(operation, action) => setAsked({ operation, action })}
        />
      )}
      {asked && <ActionDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}
