// The parts that every list screen shares: filter, sorting, columns, search and table.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { SearchField } from "../components/fields/SearchField";
import { ScreenHeader } from "../components/layout/ScreenHeader";
import { type Column, ColumnChooser, type DataTableHandle, type Sorting, useColumns } from "../components/table";
import type { EndlessList } from "../data/lists";
import { useListState } from "../data/remember";
import { formatTotal } from "../i18n/format";
import { columnChoices } from "./columnChoices";

type Wiring<R, F, S extends string> = {
  /** The name under which the choice of columns is stored. */
  name: string;
  filter: F;
  sorting: Sorting<S>;
  /** True if the list opens as it was left; false if it was opened for a certain filter. */
  asLeft?: boolean;
  columns: Column<R>[];
  useRows: (asked: { filter: F; sort: S; descending: boolean }) => EndlessList<R>;
};

export function useListScreen<R, F, S extends string>(wiring: Wiring<R, F, S>) {
  const table = useRef<DataTableHandle>(null);
  const { saved, save } = useListState<Pick<typeof wiring, "filter" | "sorting">>(wiring.name);
  const first = (wiring.asLeft && saved) || wiring;
  const [filter, setFilter] = useState(first.filter);
  const [sorting, setSorting] = useState(first.sorting);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever one of the two changes
  useEffect(() => save({ filter, sorting }), [filter, sorting]);
  const list = wiring.useRows({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns(wiring.name, wiring.columns, sorting, (next) => setSorting(next as Sorting<S>));
  return {
    filter,
    setFilter,
    sorting,
    list,
    columns,
    focus: () => table.current?.focus(),
    /** The props for `DataTable`. */
    grid: {
      ref: table,
      list,
      columns: columns.shown,
      sorting,
      onSort: (id: string) => columns.table.getColumn(id)?.toggleSorting(),
    },
  };
}

type Head = {
  screen: {
    list: EndlessList<unknown>;
    columns: { table: Parameters<typeof columnChoices>[0] };
    focus: () => void;
  };
  title: string;
  search: { label: string; text: string | null; onText: (text: string | null) => void };
  tools?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
};

export function ListHeader({ screen, title, search, tools, action, children }: Head) {
  return (
    <ScreenHeader
      title={title}
      count={screen.list.state === "ready" ? formatTotal(screen.list.total, screen.list.isExact) : undefined}
      search={
        <SearchField
          label={search.label}
          value={search.text ?? ""}
          onChange={(text) => search.onText(text || null)}
          onLeave={screen.focus}
        />
      }
      tools={
        <>
          {tools}
          <ColumnChooser choices={columnChoices(screen.columns.table)} />
        </>
      }
      action={action}
    >
      {children}
    </ScreenHeader>
  );
}
