// The list of credentials, with what can be done to one.
import { Button } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { lazy, Suspense, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  ColumnChooser,
  countSelected,
  DataTable,
  type DataTableHandle,
  nothingSelected,
  type RowAction,
  type Sorting,
  selectionReducer,
  useColumns,
} from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { ScreenHeader } from "../components/ScreenHeader";
import { SearchField } from "../components/SearchField";
import { SelectionBar } from "../components/SelectionBar";
import { toast, toastFailure } from "../components/toast";
import { useCredentials } from "../data/lists";
import { useMay, useMayChange, useSession } from "../data/session";
import { CredentialFilters } from "../features/credentials/CredentialFilters";
import { useCredentialColumns } from "../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../features/credentials/filter";
import { isAsked, noReason } from "../features/credentials/Reason";
import type { Begun } from "../features/requests/wizard/draft";
import { counted, formatNumber } from "../i18n/format";
import { tellError } from "../i18n/told";
import { type CredentialFilter, type CredentialRowView, type CredentialSort, call, failureOf } from "../ipc";
import { CredentialOverlays, type OpenCredential } from "./CredentialOverlays";
import { columnChoices } from "./choices";
import { type Place, useGo } from "./places";

const BatchWizard = lazy(() => import("./BatchWizard").then((module) => ({ default: module.BatchWizard })));

function openedFor(place: Extract<Place, { screen: "credentials" }>): OpenCredential {
  if (place.edit) return { what: "edit", id: place.edit, name: "" };
  return place.create ? { what: "create", device: place.create } : null;
}

export function CredentialsScreen({ place }: { place: Extract<Place, { screen: "credentials" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const mayBatch = useMay("requestBatches");
  const rules = useSession().view.reveal;
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState({ ...allCredentials, deviceId: place.deviceId ?? null });
  const [sorting, setSorting] = useState<Sorting<CredentialSort>>({ by: "username", descending: false });
  const [open, setOpen] = useState<OpenCredential>(() => openedFor(place));
  const [selection, dispatch] = useReducer(selectionReducer, nothingSelected);
  const [batch, setBatch] = useState<{ from: Begun } | null>(null);
  const list = useCredentials({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns("credentials", useCredentialColumns(), sorting, (next) =>
    setSorting(next as Sorting<CredentialSort>),
  );
  const nameOf = (row: { username: string; deviceName: string }) =>
    t("credentials.label", { username: row.username, device: row.deviceName });

  const copy = (id: string) =>
    call("secretCopy", { id, ...noReason })
      .then(({ clearsAfterSeconds }) => toast(t("credentials.copied", { seconds: clearsAfterSeconds })))
      .catch((thrown: unknown) => toastFailure(tellError(failureOf(thrown))));

  const actions = (row: CredentialRowView): RowAction[] => {
    const name = nameOf(row);
    const show = (what: "details" | "edit" | "delete" | "history" | "copy") => () =>
      setOpen({ what, id: row.id, name });
    const copying: RowAction[] =
      mayReveal && row.hasPassword
        ? [
            {
              id: "copy",
              label: t("credentials.copy"),
              onSelect: () => (isAsked(rules) ? show("copy")() : copy(row.id)),
            },
          ]
        : [];
    const changing: RowAction[] =
      row.notChangeable === null
        ? [
            {
              id: "change",
              label: t("credentials.requestChange"),
              onSelect: () => go({ screen: "change", preselected: row.id }),
            },
          ]
        : [];
    const reading: RowAction[] = [
      { id: "details", label: t("credentials.details"), onSelect: show("details") },
      ...copying,
      ...(mayChange ? changing : []),
      ...(row.hasPassword ? [{ id: "history", label: t("secrets.history"), onSelect: show("history") }] : []),
      {
        id: "operations",
        label: t("credentials.showOperations"),
        onSelect: () => go({ screen: "operations", credential: { id: row.id, name } }),
      },
    ];
    if (!mayChange) return reading;
    return [
      ...reading,
      { id: "edit", label: t("credentials.edit"), separated: true, onSelect: show("edit") },
      { id: "device", label: t("devices.edit"), onSelect: () => go({ screen: "devices", edit: row.deviceId }) },
      { id: "delete", label: t("credentials.delete"), separated: true, danger: true, onSelect: show("delete") },
    ];
  };

  const add = mayChange && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({ what: "create", device: null })}>
      {t("credentials.add")}
    </Button>
  );
  const filtered = !isCredentialFilterOpen(filter);
  const count = countSelected(selection, list.total);
  const refilter = (next: CredentialFilter) => {
    // "Everything that matches" means the filter it was said of; what was chosen one by one stays.
    if (selection.kind === "matching") dispatch({ type: "none" });
    setFilter(next);
  };
  const chosen = (): Begun => {
    if (count === 0) return null;
    return selection.kind === "ids" ? { ids: [...selection.ids] } : { filter, except: [...selection.except] };
  };

  return (
    <>
      <ScreenHeader
        title={t("credentials.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("credentials.search")}
            value={filter.text ?? ""}
            onChange={(text) => refilter({ ...filter, text: text || null })}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={<ColumnChooser choices={columnChoices(columns.table)} />}
        action={add}
      >
        <CredentialFilters withStatus rows={list.rows} filter={filter} onChange={refilter} />
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("credentials.title")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={nameOf}
        rowActions={actions}
        onOpen={(row) => setOpen({ what: "details", id: row.id, name: nameOf(row) })}
        isDimmed={(row) => row.status === "inactive"}
        selection={mayBatch ? { value: selection, dispatch, matching: true } : undefined}
        empty={
          filtered ? (
            <EmptyState text={t("table.nothingMatches")} />
          ) : (
            <EmptyState text={t("credentials.empty")} detail={t("credentials.emptyNeedsDevice")} action={add} />
          )
        }
      />
      {mayBatch && (
        <SelectionBar
          text={count === 0 ? t("batch.barLead") : t("table.selected", counted(count))}
          onClear={count > 0 ? () => dispatch({ type: "none" }) : undefined}
          selectMatching={
            count > 0 && count < list.total
              ? {
                  label: t("table.selectMatching", counted(list.total)),
                  onClick: () => dispatch({ type: "allMatching" }),
                }
              : undefined
          }
        >
          <Button
            variant={count === 0 ? "default" : "filled"}
            leftSection={<IconStack2 size={15} aria-hidden />}
            onClick={() => setBatch({ from: chosen() })}
          >
            {t("batch.button")}
          </Button>
        </SelectionBar>
      )}
      <CredentialOverlays open={open} setOpen={setOpen} />
      {batch && (
        <Suspense fallback={null}>
          <BatchWizard from={batch.from} onClose={() => setBatch(null)} />
        </Suspense>
      )}
    </>
  );
}
