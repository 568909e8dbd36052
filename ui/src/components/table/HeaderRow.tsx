// The header row: each sortable column name is a button, and the first box selects the loaded rows.
import { Checkbox } from "@mantine/core";
import { IconArrowNarrowDown, IconArrowNarrowUp } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Sorting } from "./columns";
import classes from "./DataTable.module.css";

type Props<R> = {
  columns: Column<R>[];
  sorting: Sorting | null;
  onSort: (columnId: string) => void;
  layout: CSSProperties;
  selectAll?: { checked: boolean; some: boolean; onChange: () => void };
};

export function HeaderRow<R>({ columns, sorting, onSort, layout, selectAll }: Props<R>) {
  const { t } = useTranslation();
  return (
    <div role="row" className={classes.head} style={layout} aria-rowindex={1}>
      {selectAll && (
        <div role="columnheader" className={classes.box}>
          <Checkbox
            size="xs"
            checked={selectAll.checked}
            indeterminate={selectAll.some && !selectAll.checked}
            onChange={selectAll.onChange}
            aria-label={t("table.selectLoaded")}
          />
        </div>
      )}
      {columns.map((column) => {
        const isSorted = sorting !== null && column.sort === sorting.by;
        const Arrow = sorting?.descending ? IconArrowNarrowDown : IconArrowNarrowUp;
        return (
          <div
            key={column.id}
            role="columnheader"
            className={classes.headCell}
            data-align={column.align}
            aria-sort={isSorted ? (sorting.descending ? "descending" : "ascending") : undefined}
          >
            {column.sort ? (
              <button type="button" className={classes.sort} onClick={() => onSort(column.id)}>
                {column.header}
                <Arrow size={14} aria-hidden className={classes.arrow} data-shown={isSorted || undefined} />
              </button>
            ) : (
              <span className={classes.headText}>{column.header}</span>
            )}
          </div>
        );
      })}
      <div role="columnheader" className={classes.menuHead}>
        <span className={classes.hiddenText}>{t("table.actions")}</span>
      </div>
    </div>
  );
}
