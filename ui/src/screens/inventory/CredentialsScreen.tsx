// The list of credentials, with the actions on each.
import { Button } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast, toastFailure } from "../../components/feedback/toast";
import { countSelected, DataTable, nothingSelected, type RowAction, selectionReducer } from "../../components/table";
import { SelectionBar } from "../../components/table/SelectionBar";
import { useCredentials, useDevices } from "../../data/lists";
import { useMay, useMayChange, useSession } from "../../data/session";
import { CredentialFilters } from "../../features/credentials/CredentialFilters";
import { useCredentialColumns } from "../../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../../features/credentials/filter";
import { needsReason, noReason } from "../../features/credentials/secret/Reason";
import { allDevices } from "../../features/devices/DeviceFilters";
import type { WizardStart } from "../../features/requests/wizard/draft";
import { formatError } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { type CredentialFilter, type CredentialRowView, call, failureOf } from "../../ipc";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";
import { CredentialOverlays, type OpenCredential, useResume } from "./CredentialOverlays";

type Shown = Exclude<NonNullable<OpenCredential>["what"], "create">;

const BatchWizard = lazy(() => import("../approvals/BatchWizard").then((module) => ({ default: module.BatchWizard })));

function openedFor(place: Extract<Place, { screen: "credentials" }>): OpenCredential {
  if (place.open) return { what: "details", id: place.open, name: "" };
  if (place.edit) return { what: "edit", id: place.edit, name: "" };
  if (place.create) return { what: "create", device: place.create === "anywhere" ? null : place.create };
  return null;
}

/** If there is no device yet, the empty list offers to add a device first. */
function NoCredentials({ add }: { add: ReactNode }) {
  const { t } = useTranslation();
  const go = useGo();
  const devices = useDevices({ filter: allDevices, sort: "name", descending: false });
  if (devices.state === "loading") return null;
  if (devices.state === "error" || devices.total > 0) return <EmptyState text={t("credentials.empty")} action={add} />;
  const addDevice = add && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ screen: "devices", create: true })}>
      {t("devices.add")}
    </Button>
  );
  return <EmptyState text={t("credentials.empty")} detail={t("credentials.emptyNeedsDevice")} action={addDevice} />;
}

export function CredentialsScreen({ place }: { place: Extract<Place, { screen: "credentials" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const mayBatch = useMay("requestBatches");
  const rules = useSession().view.reveal;
  const resume = useResume();
  const [open, setOpen] = useState<OpenCredential>(() => openedFor(place));
  const [selection, dispatch] = useReducer(selectionReducer, nothingSelected);
  const [batch, setBatch] = useState<{ from: WizardStart } | null>(null);
  const screen = useListScreen({
    name: "credentials",
    filter: { ...allCredentials, deviceId: place.deviceId ?? null, ...place.filter },
    sorting: { by: "username", descending: false },
    asLeft: !place.deviceId && !place.filter,
    columns: useCredentialColumns(),
    useRows: useCredentials,
  });
  const { filter, setFilter, list } = screen;
  const nameOf = (row: { username: string; deviceName: string }) =>
    t("credentials.label", { username: row.username, device: row.deviceName });

  const copy = (id: string) =>
    call("secretCopy", { id, ...noReason })
      .then(({ clearsAfterSeconds }) => toast(t("credentials.copied", { seconds: clearsAfterSeconds })))
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));

  const actions = (row: CredentialRowView): RowAction[] => {
    const name = nameOf(row);
    const show = (what: Shown) => () => setOpen({ what, id: row.id, name });
    const copying: RowAction[] =
      mayReveal && row.hasPassword
        ? [
            {
              id: "copy",
              label: t("credentials.copy"),
              onSelect: () => (needsReason(rules) ? show("copy")() : copy(row.id)),
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
  const count = countSelected(selection, list.total);
  const exact = selection.kind === "ids" || list.isExact;
  const refilter = (next: CredentialFilter | ((before: CredentialFilter) => CredentialFilter)) => {
    // "Everything that matches" belongs to the old filter and is cleared; a selection by id stays.
    if (selection.kind === "matching") dispatch({ type: "none" });
    setFilter(next);
  };
  const chosen = (): WizardStart => {
    if (count === 0) return null;
    return selection.kind === "ids" ? { ids: [...selection.ids] } : { filter, except: [...selection.except] };
  };

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("credentials.title")}
        search={{
          label: t("credentials.search"),
          text: filter.text,
          onText: (text) => refilter((before) => ({ ...before, text })),
        }}
        action={add}
      >
        <CredentialFilters withStatus rows={list.rows} filter={filter} onChange={refilter} />
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("credentials.title")}
        rowId={(row) => row.id}
        rowName={nameOf}
        rowActions={actions}
        onOpen={(row) => setOpen({ what: "details", id: row.id, name: nameOf(row) })}
        isDimmed={(row) => row.status === "inactive"}
        selection={mayBatch ? { value: selection, dispatch, matching: true } : undefined}
        empty={filtered ? <EmptyState text={t("table.nothingMatches")} /> : <NoCredentials add={add} />}
      />
      {mayBatch && (
        <SelectionBar
          text={count === 0 ? t("batch.barLead") : t("table.selected", counted(count, exact))}
          onClear={count > 0 ? () => dispatch({ type: "none" }) : undefined}
          selectMatching={
            count > 0 && count < list.total
              ? {
                  label: t("table.selectMatching", counted(list.total, list.isExact)),
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
