// Reports → Batch operations: every request, with its tasks, its decisions and its result.
import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast, toastFailure } from "../../components/feedback/toast";
import { SearchField } from "../../components/fields/SearchField";
import { DayField } from "../../components/filters/DayField";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { ColumnChooser, DataTable, type DataTableHandle, type Sorting, useColumns } from "../../components/table";
import { useCommand } from "../../data/command";
import { useRequests } from "../../data/lists";
import { useMay } from "../../data/session";
import { isoDay } from "../../features/audit/format";
import { useRequestColumns } from "../../features/requests/columns";
import { allRequests, isRequestFilterOpen } from "../../features/requests/filter";
import { RequestFilters } from "../../features/requests/RequestFilters";
import { RequestWindow } from "../../features/requests/RequestWindow";
import { formatError } from "../../i18n/errors";
import { formatNumber } from "../../i18n/format";
import { failureOf, type RequestSort } from "../../ipc";
import { columnChoices } from "../columnChoices";
import type { Place } from "../places";

export function BatchesScreen({ place }: { place: Extract<Place, { screen: "batches" }> }) {
  const { t } = useTranslation();
  const mayExport = useMay("exportReports");
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState(allRequests);
  // Clearing the filters resets the typed days by a new key.
  const [round, setRound] = useState(0);
  const [sorting, setSorting] = useState<Sorting<RequestSort>>({ by: "requested", descending: true });
  const [shown, setShown] = useState<string | null>(place.request ?? null);
  const list = useRequests({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns("batches", useRequestColumns(), sorting, (next) =>
    setSorting(next as Sorting<RequestSort>),
  );
  const write = useCommand("requestExport", (path) => {
    if (path !== null) toast(t("requests.exported", { path }));
  });
  const writeAll = () =>
    write.start({ filter }).catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));

  return (
    <>
      <ScreenHeader
        title={t("frame.batches")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("requests.search")}
            value={filter.text ?? ""}
            onChange={(text) => setFilter((before) => ({ ...before, text: text || null }))}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={<ColumnChooser choices={columnChoices(columns.table)} />}
        action={
          mayExport && (
            <Button variant="default" loading={write.busy} onClick={writeAll}>
              {t("requests.export")}
            </Button>
          )
        }
      >
        <RequestFilters
          rows={list.rows}
          filter={filter}
          onChange={setFilter}
          onClear={() => setRound(round + 1)}
          days={
            <>
              <DayField
                key={`from ${round}`}
                label={t("audit.from")}
                read={(text) => isoDay(text, "first")}
                onChange={(requestedFrom) => setFilter((before) => ({ ...before, requestedFrom }))}
              />
              <DayField
                key={`until ${round}`}
                label={t("audit.until")}
                read={(text) => isoDay(text, "last")}
                onChange={(requestedUntil) => setFilter((before) => ({ ...before, requestedUntil }))}
              />
            </>
          }
        />
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("frame.batches")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={(row) => t("requests.name", { code: row.code, action: t(`requests.actions.${row.action}`) })}
        rowActions={(row) => [{ id: "show", label: t("requests.show"), onSelect: () => setShown(row.id) }]}
        onOpen={(row) => setShown(row.id)}
        empty={<EmptyState text={t(isRequestFilterOpen(filter) ? "requests.empty" : "table.nothingMatches")} />}
      />
      {shown && <RequestWindow key={shown} id={shown} onShow={setShown} onClose={() => setShown(null)} />}
    </>
  );
}
