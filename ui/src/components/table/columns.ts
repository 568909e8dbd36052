// The columns of a table: their widths, and the choice of visible columns, which this machine remembers.
import { columnVisibilityFeature, rowSortingFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";

export type Column<R> = {
  id: string;
  header: string;
  cell: (row: R) => ReactNode;
  /** The name by which the host sorts; without it the column cannot be sorted. */
  sort?: string;
  /** The smallest width in rem; `grow` is its share of the remaining width. */
  width: number;
  grow?: number;
  align?: "right";
  /** True for the identifying column, which is always shown. */
  fixed?: boolean;
  /** The order in which columns are left out if the window is too narrow: the highest number first. */
  spare?: number;
  /** True if the column is hidden until the user chooses it. */
  hiddenAtFirst?: boolean;
};

export type Sorting<S extends string = string> = { by: S; descending: boolean };

const features = tableFeatures({ columnVisibilityFeature, rowSortingFeature });
// The rows do not go through the table's row models; only the virtualizer handles them, so that paging costs nothing
// per row.
const noRows: never[] = [];

function readHidden(name: string): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(`columns.${name}`) ?? "{}") as Record<string, boolean>;
  } catch {
    return {};
  }
}

export function useColumns<R>(
  name: string,
  columns: Column<R>[],
  sorting: Sorting | null,
  onSort: (sorting: Sorting) => void,
) {
  const [visibility, setVisibility] = useState<Record<string, boolean>>(() => ({
    ...Object.fromEntries(columns.filter((column) => column.hiddenAtFirst).map((column) => [column.id, false])),
    ...readHidden(name),
  }));
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        accessorFn: () => null,
        enableHiding: !column.fixed,
        enableSorting: column.sort !== undefined,
      })),
    [columns],
  );
  const sorted = columns.find((column) => sorting && column.sort === sorting.by);

  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    manualSorting: true,
    enableSortingRemoval: false,
    state: {
      columnVisibility: visibility,
      sorting: sorted && sorting ? [{ id: sorted.id, desc: sorting.descending }] : [],
    },
    onColumnVisibilityChange: (update) => {
      const next = typeof update === "function" ? update(visibility) : update;
      setVisibility(next);
      localStorage.setItem(`columns.${name}`, JSON.stringify(next));
    },
    onSortingChange: (update) => {
      const [first] = typeof update === "function" ? update(table.state.sorting) : update;
      const by = columns.find((column) => column.id === first?.id)?.sort;
      if (first && by) onSort({ by, descending: first.desc });
    },
  });

  const shown = table
    .getVisibleLeafColumns()
    .map(({ id }) => columns.find((column) => column.id === id))
    .filter((column) => column !== undefined);
  return { table, shown };
}

export const trackOf = (column: { width: number; grow?: number }) =>
  `minmax(${column.width}rem, ${column.grow ?? 1}fr)`;

/** Builds the grid that header and rows share: an optional check box, the columns, the menu. */
export function layoutOf(columns: { width: number; grow?: number }[], selectable: boolean) {
  const tracks = [...(selectable ? ["2.5rem"] : []), ...columns.map(trackOf), "2.5rem"];
  return { gridTemplateColumns: tracks.join(" "), minWidth: `${leastOf(columns, selectable)}rem` };
}

const leastOf = (columns: { width: number }[], selectable: boolean) =>
  columns.reduce((sum, column) => sum + column.width, selectable ? 6.25 : 3.75);

/**
 * Returns the columns that fit into a width in rem. Columns with a `spare` number are left out first; if the rest is
 * still too wide, the table scrolls.
 */
export function fitting<C extends { id: string; width: number; spare?: number }>(
  columns: C[],
  selectable: boolean,
  room: number,
): C[] {
  let kept = columns;
  while (leastOf(kept, selectable) > room) {
    const [next] = kept.filter(({ spare }) => spare !== undefined).sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0));
    if (!next) break;
    kept = kept.filter((column) => column !== next);
  }
  return kept;
}
