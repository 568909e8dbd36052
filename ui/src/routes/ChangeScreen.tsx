// Requesting password changes: choose among those that can be changed, press, confirm, see what came of it.
import { Button, Switch } from "@mantine/core";
import { useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  countSelected,
  DataTable,
  type DataTableHandle,
  nothingSelected,
  type RowSelection,
  type Sorting,
  selectionReducer,
  useColumns,
} from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { ScreenHeader } from "../components/ScreenHeader";
import { SearchField } from "../components/SearchField";
import { SelectionBar } from "../components/SelectionBar";
import { useCredentials } from "../data/lists";
import { useMayChange } from "../data/session";
import { ChangeResult } from "../features/changes/ChangeResult";
import { ConfirmChange } from "../features/changes/ConfirmChange";
import { CredentialFilters } from "../features/credentials/CredentialFilters";
import { useChangeColumns } from "../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../features/credentials/filter";
import { counted, formatNumber } from "../i18n/format";
import type { ChangeRequestedView, CredentialFilter, CredentialRowView, CredentialSort, Selection } from "../ipc";
import { CredentialOverlays, type OpenCredential } from "./CredentialOverlays";
import { type Place, useGo } from "./places";

const changeable: CredentialFilter = { ...allCredentials, changeable: true };

export function ChangeScreen({ place }: { place: Extract<Place, { screen: "change" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState(changeable);
  const [sorting, setSorting] = useState<Sorting<CredentialSort>>({ by: "username", descending: false });
  const [selection, dispatch] = useReducer(
    selectionReducer,
    place.preselected,
    (id): RowSelection => (id ? { kind: "ids", ids: new Set([id]) } : nothingSelected),
  );
  const [open, setOpen] = useState<OpenCredential>(null);
  const [confirming, setConfirming] = useState(false);
  const [result, setResult] = useState<ChangeRequestedView | null>(null);
  const list = useCredentials({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns("change", useChangeColumns(), sorting, (next) =>
    setSorting(next as Sorting<CredentialSort>),
  );

  const showsAll = filter.changeable === null;
  const count = countSelected(selection, list.total);
  const asked: Selection =
    selection.kind === "ids"
      ? { kind: "ids", ids: [...selection.ids] }
      : { kind: "matching", filter, except: [...selection.except] };
  const nameOf = (row: CredentialRowView) => t("credentials.label", { username: row.username, device: row.deviceName });
  const refilter = (next: CredentialFilter) => {
    // "Everything that matches" means the filter it was said of; what was chosen one by one stays.
    if (selection.kind === "matching") dispatch({ type: "none" });
    setFilter(next);
  };

  return (
    <>
      <ScreenHeader
        title={t("change.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("credentials.search")}
            value={filter.text ?? ""}
            onChange={(text) => refilter({ ...filter, text: text || null })}
            onLeave={() => table.current?.focus()}
          />
        }
      >
        <CredentialFilters rows={list.rows} filter={filter} onChange={refilter} />
        <Switch
          ml="auto"
          size="xs"
          label={t("change.showAll")}
          checked={showsAll}
          onChange={(event) =>
            refilter({ ...filter, changeable: event.currentTarget.checked ? null : true, status: null })
          }
        />
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("change.title")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={nameOf}
        rowActions={(row) => [
          {
            id: "details",
            label: t("credentials.details"),
            onSelect: () => setOpen({ what: "details", id: row.id, name: nameOf(row) }),
          },
          {
            id: "edit",
            label: t("credentials.edit"),
            onSelect: () => setOpen({ what: "edit", id: row.id, name: nameOf(row) }),
          },
        ]}
        onOpen={(row) => setOpen({ what: "details", id: row.id, name: nameOf(row) })}
        selection={{ value: selection, dispatch, canSelect: (row) => row.notChangeable === null, matching: !showsAll }}
        isDimmed={(row) => row.notChangeable !== null}
        empty={
          isCredentialFilterOpen(filter) ? (
            <EmptyState text={t("change.empty")} detail={t("change.emptyText")} />
          ) : (
            <EmptyState text={t("table.nothingMatches")} />
          )
        }
      />
      <SelectionBar
        text={count === 0 ? t("change.lead") : t("table.selected", counted(count))}
        onClear={count > 0 ? () => dispatch({ type: "none" }) : undefined}
        selectMatching={
          !showsAll && count > 0 && count < list.total
            ? {
                label: t("table.selectMatching", counted(list.total)),
                onClick: () => dispatch({ type: "allMatching" }),
              }
            : undefined
        }
      >
        <Button disabled={count === 0 || !mayChange} onClick={() => setConfirming(true)}>
          {count === 0 ? t("change.buttonNone") : t("change.button", counted(count))}
        </Button>
      </SelectionBar>
      {confirming && (
        <ConfirmChange
          selection={asked}
          count={count}
          onClose={() => setConfirming(false)}
          onRequested={(answer) => {
            setConfirming(false);
            dispatch({ type: "none" });
            setResult(answer);
          }}
        />
      )}
      {result && (
        <ChangeResult
          result={result}
          onClose={() => setResult(null)}
          onGoToOperations={() => go({ screen: "operations" })}
        />
      )}
      <CredentialOverlays open={open} setOpen={setOpen} />
    </>
  );
}
