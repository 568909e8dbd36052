// One row on the screen. It re-renders only when its record, its place or its state (active, selected) changes.
import { ActionIcon, Checkbox } from "@mantine/core";
import { IconDotsVertical } from "@tabler/icons-react";
import { type CSSProperties, type MouseEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "./columns";
import classes from "./DataTable.module.css";

export type RowGestures = {
  press: (index: number, event: MouseEvent) => void;
  open: (index: number) => void;
  toggle: (index: number, range: boolean) => void;
  menu: (index: number, at: { x: number; y: number; side: "start" | "end" }) => void;
};

/** Shows the full text of a cell on hover if it does not fit. */
function showFullTextOnHover({ currentTarget: cell }: MouseEvent<HTMLElement>) {
  const parts = [cell, ...cell.querySelectorAll<HTMLElement>("span")];
  const isCut = parts.some((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0);
  cell.title = isCut ? cell.innerText : "";
}

type Props<R> = {
  id: string;
  row: R;
  name: string;
  index: number;
  columns: Column<R>[];
  layout: CSSProperties;
  top: number;
  active: boolean;
  selected: boolean | null;
  selectable: boolean;
  dimmed: boolean;
  gestures: RowGestures;
};

function Row<R>(props: Props<R>) {
  const { id, row, name, index, columns, layout, top, active, selected, selectable, dimmed, gestures } = props;
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it answers the keys for its active row
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selected ?? undefined}
      className={classes.row}
      data-active={active || undefined}
      data-dimmed={dimmed || undefined}
      style={{ ...layout, transform: `translateY(${top}px)` }}
      onMouseDown={(event) => gestures.press(index, event)}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) gestures.toggle(index, event.shiftKey);
        else gestures.open(index);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        gestures.menu(index, { x: event.clientX, y: event.clientY, side: "start" });
      }}
    >
      {selected !== null && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box inside is the control; around it a click must not open the row
        <div role="gridcell" className={classes.box} onClick={(event) => event.stopPropagation()}>
          <Checkbox
            size="xs"
            tabIndex={-1}
            checked={selected}
            disabled={!selectable}
            onChange={() => {}}
            onClick={(event) => gestures.toggle(index, event.shiftKey)}
            aria-label={t("table.selectRow", { name })}
          />
        </div>
      )}
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={classes.cell}
          data-align={column.align}
          onMouseEnter={showFullTextOnHover}
        >
          {column.cell(row)}
        </div>
      ))}
      <div role="gridcell" className={classes.menuCell}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={t("table.rowMenu", { name })}
          onClick={(event) => {
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            gestures.menu(index, { x: box.right, y: box.bottom, side: "end" });
          }}
        >
          <IconDotsVertical size={16} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}

export const BodyRow = memo(Row) as typeof Row;
