// The list of operations. Its rows follow the host's events; nothing is polled.
import { Button, Switch } from "@mantine/core";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast, toastFailure } from "../../components/feedback/toast";
import { FilterBar } from "../../components/filters/FilterBar";
import { DataTable, isSelected, nothingSelected, type RowAction, selectionReducer } from "../../components/table";
import { SelectionBar } from "../../components/table/SelectionBar";
import { useOperations } from "../../data/lists";
import { useLastFilter, useRemember } from "../../data/remember";
import { useMayChange } from "../../data/session";
import { type PlainAction, SeveralDialog } from "../../features/operations/ActionDialog";
import { useOperationColumns } from "../../features/operations/columns";
import { useOperationFields } from "../../features/operations/fields";
import { allOperations, completed, isOperationFilterOpen } from "../../features/operations/filter";
import { SavedFilters } from "../../features/operations/SavedFilters";
import { counted } from "../../i18n/format";
import { call, type OperationActedView, type OperationFilter, type OperationRowView } from "../../ipc";
import { ExportButton } from "../ExportButton";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";
import { type AskedOperation, type OpenOperation, OperationOverlays } from "./OperationOverlays";

type OperationsPlace = Extract<Place, { screen: "operations" }>;

/** Shows the filter with which the screen was opened; without one, the last filter of the list. */
export function OperationsScreen({ place }: { place: OperationsPlace }) {
  const last = useLastFilter("operations");
  if (last === undefined) return null;
  const kept = last?.list === "operations" ? last.filter : {};
  const came = place.filter ?? (place.credential && { credentialId: place.credential.id });
  return <Operations place={place} first={completed(came ?? kept)} />;
}

const plain: PlainAction[] = ["runNow", "restart", "cancel"];
const memory = "operations.detailed";

function Operations({ place, first }: { place: OperationsPlace; first: OperationFilter }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const [detailed, setDetailed] = useState(() => localStorage.getItem(memory) === "true");
  const [open, setOpen] = useState<OpenOperation>(place.open ? { what: "operation", id: place.open } : null);
  const [asked, setAsked] = useState<AskedOperation>(null);
  const [several, setSeveral] = useState<{ action: PlainAction; ids: string[] } | null>(null);
  const [selection, dispatch] = useReducer(selectionReducer, nothingSelected);
  const screen = useListScreen({
    name: "operations",
    filter: first,
    sorting: { by: "code", descending: true },
    columns: useOperationColumns(detailed),
    useRows: useOperations,
  });
  const { filter, setFilter, list, sorting } = screen;
  useRemember({ list: "operations", filter });
  const fields = useOperationFields({ filter, about: place.credential?.name ?? null, onChange: setFilter });
  const nothing = isOperationFilterOpen(filter);

  const actions = (row: OperationRowView): RowAction[] => [
    ...(mayChange ? row.actions : []).map((action) => ({
      id: action,
      label: t(`operations.actions.${action}`),
      danger: action === "cancel",
      onSelect: () => setAsked({ operation: row, action }),
    })),
    ...(row.attempts > 0
      ? [
          {
            id: "attempts",
            label: t("operations.viewAttempts"),
            separated: mayChange && row.actions.length > 0,
            onSelect: () => go({ screen: "attempts", filter: { operation: { ...allOperations, code: row.code } } }),
          },
        ]
      : []),
    {
      id: "details",
      label: t("operations.details"),
      separated: mayChange && row.actions.length > 0 && row.attempts === 0,
      onSelect: () => setOpen({ what: "operation", id: row.id }),
    },
    ...(mayChange
      ? [
          {
            id: "credential",
            label: t("operations.editCredential"),
            separated: true,
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

  const chosen = list.rows.filter((row) => isSelected(selection, row.id));
  const idsFor = (action: PlainAction) => chosen.filter((row) => row.actions.includes(action)).map((row) => row.id);
  const acted = ({ done, refused }: OperationActedView) => {
    const summary = done.length > 0 && several && t(`operations.several.${several.action}Done`, counted(done.length));
    if (summary) toast(summary);
    if (refused.length > 0)
      toastFailure({
        message: t("operations.several.refused", counted(refused.length)),
        recovery: t("errors.illegalState.recovery"),
      });
    setSeveral(null);
    dispatch({ type: "none" });
  };

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("operations.title")}
        search={{
          label: t("operations.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        tools={
          <ExportButton
            write={() => call("operationExport", { filter, sort: sorting.by, descending: sorting.descending })}
            disabled={list.total === 0}
          />
        }
      >
        <FilterBar fields={fields} onClear={() => setFilter({ ...allOperations, text: filter.text })}>
          <SavedFilters
            current={{ list: "operations", filter }}
            nothing={nothing}
            onTake={(taken) => taken.list === "operations" && setFilter(completed(taken.filter))}
          />
          <Switch
            size="xs"
            label={t("operations.showDetails")}
            checked={detailed}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              localStorage.setItem(memory, String(checked));
              setDetailed(checked);
            }}
          />
        </FilterBar>
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("operations.title")}
        rowId={(row) => row.id}
        rowName={(row) => t("operations.detailsTitle", { code: row.code })}
        rowActions={actions}
        onOpen={(row) => setOpen({ what: "operation", id: row.id })}
        selection={mayChange ? { value: selection, dispatch, matching: false } : undefined}
        empty={<EmptyState text={nothing ? t("operations.empty") : t("table.nothingMatches")} />}
      />
      {chosen.length > 0 && (
        <SelectionBar text={t("table.selected", counted(chosen.length))} onClear={() => dispatch({ type: "none" })}>
          {plain
            .map((action) => ({ action, ids: idsFor(action) }))
            .filter(({ ids }) => ids.length > 0)
            .map(({ action, ids }) => (
              <Button key={action} variant="default" onClick={() => setSeveral({ action, ids })}>
                {t(`operations.several.${action}`, counted(ids.length))}
              </Button>
            ))}
        </SelectionBar>
      )}
      {several && <SeveralDialog {...several} onDone={acted} onClose={() => setSeveral(null)} />}
      <OperationOverlays open={open} setOpen={setOpen} asked={asked} setAsked={setAsked} />
    </>
  );
}
