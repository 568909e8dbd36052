// The list of credentials, with what can be done to one.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DataTable, type RowAction } from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { toast, toastFailure } from "../components/toast";
import { useCredentials } from "../data/lists";
import { useMay, useMayChange, useSession } from "../data/session";
import { CredentialFilters } from "../features/credentials/CredentialFilters";
import { useCredentialColumns } from "../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../features/credentials/filter";
import { isAsked, noReason } from "../features/credentials/Reason";
import { tellError } from "../i18n/told";
import { type CredentialRowView, call, failureOf } from "../ipc";
import { CredentialOverlays, type OpenCredential, useResume } from "./CredentialOverlays";
import { type Place, useGo } from "./places";
import { ListHeader, useListScreen } from "./useListScreen";

type Shown = Exclude<NonNullable<OpenCredential>["what"], "create">;

function openedFor(place: Extract<Place, { screen: "credentials" }>): OpenCredential {
  if (place.open) return { what: "details", id: place.open, name: "" };
  if (place.edit) return { what: "edit", id: place.edit, name: "" };
  if (place.create) return { what: "create", device: place.create === "anywhere" ? null : place.create };
  return null;
}

export function CredentialsScreen({ place }: { place: Extract<Place, { screen: "credentials" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const rules = useSession().view.reveal;
  const resume = useResume();
  const [open, setOpen] = useState<OpenCredential>(() => openedFor(place));
  const screen = useListScreen({
    name: "credentials",
    filter: { ...allCredentials, deviceId: place.deviceId ?? null, ...place.filter },
    sorting: { by: "username", descending: false },
    columns: useCredentialColumns(),
    useRows: useCredentials,
  });
  const { filter, setFilter, list } = screen;
  const nameOf = (row: { username: string; deviceName: string }) =>
    t("credentials.label", { username: row.username, device: row.deviceName });

  const copy = (id: string) =>
    call("secretCopy", { id, ...noReason })
      .then(({ clearsAfterSeconds }) => toast(t("credentials.copied", { seconds: clearsAfterSeconds })))
      .catch((thrown: unknown) => toastFailure(tellError(failureOf(thrown))));

  const actions = (row: CredentialRowView): RowAction[] => {
    const name = nameOf(row);
    const show = (what: Shown) => () => setOpen({ what, id: row.id, name });
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
    const checking: RowAction[] =
      row.notVerifiable === null ? [{ id: "verify", label: t("verification.now"), onSelect: show("verify") }] : [];
    const mending: RowAction[] =
      row.sync === "outOfSync" || row.verification === "refused"
        ? [{ id: "reconcile", label: t("operations.actions.reconcile"), onSelect: show("reconcile") }]
        : [];
    const pausing: RowAction = row.paused
      ? { id: "resume", label: t("rotation.resume"), onSelect: () => resume(row.id, name) }
      : { id: "pause", label: t("rotation.pause"), onSelect: show("pause") };
    const reading: RowAction[] = [
      { id: "details", label: t("credentials.details"), onSelect: show("details") },
      ...copying,
      ...(mayChange ? [...changing, ...checking, ...mending] : []),
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
      pausing,
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
      <ListHeader
        screen={screen}
        title={t("credentials.title")}
        search={{
          label: t("credentials.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        action={add}
      >
        <CredentialFilters withStatus rows={list.rows} filter={filter} onChange={setFilter} />
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("credentials.title")}
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
