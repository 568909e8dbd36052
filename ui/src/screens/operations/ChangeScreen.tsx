// Requesting password changes, or only a verification: select, press, confirm, see the result.
import { Button, Switch } from "@mantine/core";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { countSelected, DataTable, nothingSelected, type RowSelection, selectionReducer } from "../../components/table";
import { SelectionBar } from "../../components/table/SelectionBar";
import { useCredentials } from "../../data/lists";
import { useMayChange } from "../../data/session";
import { ChangeResult } from "../../features/changes/ChangeResult";
import { ConfirmChange, type RequestKind } from "../../features/changes/ConfirmChange";
import { CredentialFilters } from "../../features/credentials/CredentialFilters";
import { useChangeColumns } from "../../features/credentials/columns";
import { allCredentials, isCredentialFilterOpen } from "../../features/credentials/filter";
import { counted } from "../../i18n/format";
import type { ChangeRequestedView, CredentialFilter, CredentialRowView, Selection } from "../../ipc";
import { CredentialOverlays, type OpenCredential } from "../inventory/CredentialOverlays";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

const changeable: CredentialFilter = { ...allCredentials, changeable: true };

export function ChangeScreen({ place }: { place: Extract<Place, { screen: "change" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const [selection, dispatch] = useReducer(
    selectionReducer,
    place.preselected,
    (id): RowSelection => (id ? { kind: "ids", ids: new Set([id]) } : nothingSelected),
  );
  const [open, setOpen] = useState<OpenCredential>(null);
  const [confirming, setConfirming] = useState<RequestKind | null>(null);
  const [result, setResult] = useState<{ kind: RequestKind; answer: ChangeRequestedView } | null>(null);
  const screen = useListScreen({
    name: "change",
    filter: changeable,
    sorting: { by: "username", descending: false },
    asLeft: !place.preselected,
    columns: useChangeColumns(),
    useRows: useCredentials,
  });
  const { filter, setFilter, list } = screen;

  const showsAll = filter.changeable === null;
  const count = countSelected(selection, list.total);
  const exact = selection.kind === "ids" || list.isExact;
  const asked: Selection =
    selection.kind === "ids"
      ? { kind: "ids", ids: [...selection.ids] }
      : { kind: "matching", filter, except: [...selection.except] };
  const nameOf = (row: CredentialRowView) => t("credentials.label", { username: row.username, device: row.deviceName });
  const refilter = (next: CredentialFilter) => {
    // "Everything that matches" belongs to the old filter and is cleared; a selection by id stays.
    if (selection.kind === "matching") dispatch({ type: "none" });
    setFilter(next);
  };

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("change.title")}
        search={{
          label: t("credentials.search"),
          text: filter.text,
          onText: (text) => refilter({ ...filter, text }),
        }}
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
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("change.title")}
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
        text={count === 0 ? t("change.lead") : t("table.selected", counted(count, exact))}
        onClear={count > 0 ? () => dispatch({ type: "none" }) : undefined}
        selectMatching={
          !showsAll && count > 0 && count < list.total
            ? {
                label: t("table.selectMatching", counted(list.total, list.isExact)),
                onClick: () => dispatch({ type: "allMatching" }),
              }
            : undefined
        }
      >
        <Button variant="default" disabled={count === 0 || !mayChange} onClick={() => setConfirming("verify")}>
          {count === 0 ? t("verification.buttonNone") : t("verification.button", counted(count, exact))}
        </Button>
        <Button disabled={count === 0 || !mayChange} onClick={() => setConfirming("change")}>
          {count === 0 ? t("change.buttonNone") : t("change.button", counted(count, exact))}
        </Button>
      </SelectionBar>
      {confirming && (
        <ConfirmChange
          kind={confirming}
          selection={asked}
          count={count}
          exact={exact}
          onClose={() => setConfirming(null)}
          onRequested={(answer) => {
            setConfirming(null);
            dispatch({ type: "none" });
            setResult({ kind: confirming, answer });
          }}
        />
      )}
      {result && (
        <ChangeResult
          kind={result.kind}
          result={result.answer}
          onClose={() => setResult(null)}
          onGoToOperations={() => go({ screen: "operations", filter: {} })}
        />
      )}
      <CredentialOverlays open={open} setOpen={setOpen} />
    </>
  );
}
