// The list of credentials, with what can be done to one.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
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
import { toast, toastFailure } from "../components/toast";
import { useCredentials } from "../data/lists";
import { useMay, useMayChange, useSession } from "../data/session";
import { CredentialFilters } from "../features/credentials/CredentialFilters";
import { useCredentialColumns } from "../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../features/credentials/filter";
import { isAsked, noReason } from "../features/credentials/Reason";
import { formatNumber } from "../i18n/format";
import { tellError } from "../i18n/told";
import { type CredentialRowView, type CredentialSort, call, failureOf } from "../ipc";
import { CredentialOverlays, type OpenCredential } from "./CredentialOverlays";
import { columnChoices } from "./choices";
import { type Place, useGo } from "./places";

function openedFor(place: Extract<Place, { screen: "credentials" }>): OpenCredential {
  if (place.edit) return { what: "edit", id: place.edit, name: "" };
  return place.create ? { what: "create", device: place.create } : null;
}

export function CredentialsScreen({ place }: { place: Extract<Place, { screen: "credentials" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const rules = useSession().view.reveal;
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState({ ...allCredentials, deviceId: place.deviceId ?? null });
  const [sorting, setSorting] = useState<Sorting<CredentialSort>>({ by: "username", descending: false });
  const [open, setOpen] = useState<OpenCredential>(() => openedFor(place));
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

  return (
    <>
      <ScreenHeader
        title={t("credentials.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("credentials.search")}
            value={filter.text ?? ""}
            onChange={(text) => setFilter((before) => ({ ...before, text: text || null }))}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={<ColumnChooser choices={columnChoices(columns.table)} />}
        action={add}
      >
        <CredentialFilters withStatus rows={list.rows} filter={filter} onChange={setFilter} />
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
        empty={
          filtered ? (
            <EmptyState text={t("table.nothingMatches")} />
          ) : (
            <EmptyState text={t("credentials.empty")} detail={t("credentials.emptyNeedsDevice")} action={add} />
          )
        }
      />
      <CredentialOverlays open={open} setOpen={setOpen} />
    </>
  );
}
