// The list of attempts, with their results and the next steps.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { FilterBar } from "../../components/filters/FilterBar";
import { DataTable, type RowAction } from "../../components/table";
import { useAttempts } from "../../data/lists";
import { useLastFilter, useRemember } from "../../data/remember";
import { useMayChange } from "../../data/session";
import { useAttemptColumns } from "../../features/operations/columns";
import { useAttemptFields } from "../../features/operations/fields";
import { allAttempts, completedAttempts, isAttemptFilterOpen } from "../../features/operations/filter";
import { SavedFilters } from "../../features/operations/SavedFilters";
import { type AttemptFilter, type AttemptRowView, call } from "../../ipc";
import { ExportButton } from "../ExportButton";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";
import { type AskedOperation, type OpenOperation, OperationOverlays } from "./OperationOverlays";

type AttemptsPlace = Extract<Place, { screen: "attempts" }>;

export function AttemptsScreen({ place }: { place: AttemptsPlace }) {
  const last = useLastFilter("attempts");
  if (last === undefined) return null;
  const kept = last?.list === "attempts" ? last.filter : {};
  return <Attempts place={place} first={completedAttempts(place.filter ?? kept)} />;
}

function Attempts({ place, first }: { place: AttemptsPlace; first: AttemptFilter }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const [open, setOpen] = useState<OpenOperation>(place.open ? { what: "attempt", id: place.open } : null);
  const [asked, setAsked] = useState<AskedOperation>(null);
  const screen = useListScreen({
    name: "attempts",
    filter: first,
    sorting: { by: "started", descending: true },
    columns: useAttemptColumns(),
    useRows: useAttempts,
  });
  const { filter, setFilter, list, sorting } = screen;
  useRemember({ list: "attempts", filter });
  const fields = useAttemptFields({ filter, about: null, onChange: setFilter });
  const nothing = isAttemptFilterOpen(filter);
  const actions = (row: AttemptRowView): RowAction[] => [
    { id: "details", label: t("attempts.details"), onSelect: () => setOpen({ what: "attempt", id: row.id }) },
    {
      id: "operation",
      label: t("operations.details"),
      onSelect: () => setOpen({ what: "operation", id: row.operationId }),
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
  return (
    <>
      <ListHeader
        screen={screen}
        title={t("attempts.title")}
        search={{
          label: t("attempts.search"),
          text: filter.operation.text,
          onText: (text) => setFilter((before) => ({ ...before, operation: { ...before.operation, text } })),
        }}
        tools={
          <ExportButton
            write={() => call("attemptExport", { filter, sort: sorting.by, descending: sorting.descending })}
            disabled={list.total === 0}
          />
        }
      >
        <FilterBar fields={fields} onClear={() => setFilter(allAttempts)}>
          <SavedFilters
            current={{ list: "attempts", filter }}
            nothing={nothing}
            onTake={(taken) => taken.list === "attempts" && setFilter(completedAttempts(taken.filter))}
          />
        </FilterBar>
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("attempts.title")}
        rowId={(row) => row.id}
        rowName={(row) => t("attempts.detailsTitle", { number: row.number, code: row.operationCode })}
        rowActions={actions}
        onOpen={(row) => setOpen({ what: "attempt", id: row.id })}
        empty={<EmptyState text={nothing ? t("attempts.empty") : t("table.nothingMatches")} />}
      />
      <OperationOverlays open={open} setOpen={setOpen} asked={asked} setAsked={setAsked} />
    </>
  );
}
