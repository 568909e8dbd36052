// The table of every list: rows load page by page, and only the visible ones are in the document. It is one tab stop,
// and aria-activedescendant names the active row. It does not know the type of its rows.
import { Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../feedback/EmptyState";
import { BodyRow, type RowGestures } from "./BodyRow";
import { type Column, fitting, layoutOf, type Sorting } from "./columns";
import classes from "./DataTable.module.css";
import { HeaderRow } from "./HeaderRow";
import { handleTableKey } from "./keyboard";
import { type MenuPlace, type RowAction, RowMenu } from "./RowMenu";
import { pixelsPerRem, useRowHeight } from "./rows";
import { SkeletonRows } from "./SkeletonRows";
import { isSelected, type RowSelection, type SelectionAction } from "./selection";

export type TableRows<R> = {
  rows: R[];
  total: number;
  /** False if there may be more than `total`. */
  isExact?: boolean;
  state: "loading" | "error" | "ready";
  hasMore: boolean;
  isPrevious: boolean;
  loadMore: () => void;
  reload: () => void;
};

export type DataTableHandle = { focus: () => void };

type Props<R> = {
  label: string;
  list: TableRows<R>;
  columns: Column<R>[];
  sorting: Sorting | null;
  onSort: (columnId: string) => void;
  rowId: (row: R) => string;
  rowName: (row: R) => string;
  rowActions: (row: R) => RowAction[];
  onOpen: (row: R) => void;
  selection?: {
    value: RowSelection;
    dispatch: (action: SelectionAction) => void;
    canSelect?: (row: R) => boolean;
    /** True if Ctrl+A and similar actions may select rows that are not loaded. */
    matching: boolean;
  };
  isDimmed?: (row: R) => boolean;
  empty: ReactNode;
  ref?: Ref<DataTableHandle>;
};

export function DataTable<R>(props: Props<R>) {
  const { label, list, sorting, onSort, rowId, rowName, rowActions, onOpen, selection, isDimmed, empty, ref } = props;
  const { t } = useTranslation();
  const base = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const [active, setActive] = useState(0);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const rowHeight = useRowHeight();
  const { rows, total, hasMore, loadMore } = list;
  const hasBoxes = selection !== undefined;
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  const columns = useMemo(() => fitting(props.columns, hasBoxes, room), [props.columns, hasBoxes, room]);
  const layout = useMemo(() => layoutOf(columns, hasBoxes), [columns, hasBoxes]);
  const pending = hasMore ? Math.min(20, Math.max(1, total - rows.length)) : 0;

  useImperativeHandle(ref, () => ({ focus: () => scroll.current?.focus() }), []);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: enlarged text changes every row's place
  useEffect(() => virtual.measure(), [rowHeight]);
  useEffect(() => {
    const box = scroll.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setRoom(Math.floor(box.clientWidth / pixelsPerRem())));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 40) loadMore();
  }, [hasMore, last, rows.length, loadMore]);

  const current = Math.min(active, Math.max(0, rows.length - 1));
  const selectable = (index: number) => {
    const row = rows[index];
    return row !== undefined && (selection?.canSelect?.(row) ?? true);
  };
  const idsBetween = (from: number, to: number) =>
    rows
      .slice(Math.min(from, to), Math.max(from, to) + 1)
      .filter((row) => selection?.canSelect?.(row) ?? true)
      .map(rowId);
  const toggle = (index: number, range = false) => {
    const row = rows[index];
    if (!selection || !row || !selectable(index)) return;
    if (range) selection.dispatch({ type: "set", ids: idsBetween(current, index), selected: true });
    else selection.dispatch({ type: "toggle", id: rowId(row) });
    setActive(index);
  };
  const openMenu = (index: number, at: Omit<MenuPlace, "rowId">) => {
    const row = rows[index];
    if (!row) return;
    opener.current = scroll.current;
    setActive(index);
    setMenu({ ...at, rowId: rowId(row) });
  };
  const keyMenu = () => {
    const box = document.getElementById(`${base}-${current}`)?.getBoundingClientRect();
    // The menu opens after this key press; otherwise it would close on the same key press.
    if (box) setTimeout(() => openMenu(current, { x: box.left + 24, y: box.bottom, side: "start" }));
  };
  const move = (to: number, extend: boolean) => {
    if (extend && selection) selection.dispatch({ type: "set", ids: idsBetween(current, to), selected: true });
    setActive(to);
    virtual.scrollToIndex(to);
  };

  // The rows are memoised: their callbacks never change and read the current state from this object.
  const latest = useRef<RowGestures>(null as never);
  latest.current = {
    press: (index, event) => {
      if (event.shiftKey) event.preventDefault();
      else setActive(index);
    },
    open: (index) => {
      const row = rows[index];
      if (row) onOpen(row);
    },
    toggle,
    menu: openMenu,
  };
  const gestures = useMemo<RowGestures>(
    () => ({
      press: (...all) => latest.current.press(...all),
      open: (...all) => latest.current.open(...all),
      toggle: (...all) => latest.current.toggle(...all),
      menu: (...all) => latest.current.menu(...all),
    }),
    [],
  );
  const closeMenu = useCallback(() => {
    setMenu(null);
    opener.current?.focus({ preventScroll: true });
    // The focus may be lost when the menu closes.
    setTimeout(() => {
      if (document.activeElement === document.body) opener.current?.focus({ preventScroll: true });
    });
  }, []);

  const chosen = selection?.value;
  const canSelect = selection?.canSelect;
  // Memoised, because there may be a hundred thousand rows and this would run at every step of a scroll.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what a row is called by does not change
  const loadedIds = useMemo(
    () => (hasBoxes ? rows.filter((row) => canSelect?.(row) ?? true).map(rowId) : []),
    [hasBoxes, rows, canSelect],
  );
  const selectedLoaded = useMemo(
    () => (chosen ? loadedIds.filter((id) => isSelected(chosen, id)).length : 0),
    [chosen, loadedIds],
  );
  const menuRow = menu && rows.find((row) => rowId(row) === menu.rowId);
  const isEmpty = list.state === "ready" && rows.length === 0;

  return (
    <div className={classes.frame}>
      <div
        ref={scroll}
        role="grid"
        className={classes.scroll}
        tabIndex={0}
        aria-label={label}
        aria-rowcount={list.state === "ready" && list.isExact !== false ? total + 1 : -1}
        aria-colcount={columns.length + (selection ? 2 : 1)}
        aria-multiselectable={selection ? true : undefined}
        aria-busy={list.state === "loading" || list.isPrevious}
        aria-activedescendant={rows.length > 0 ? `${base}-${current}` : undefined}
        onKeyDown={(event) =>
          handleTableKey(event, {
            count: rows.length,
            active: current,
            page: Math.max(1, Math.floor((scroll.current?.clientHeight ?? 400) / rowHeight) - 2),
            move,
            open: () => gestures.open(current),
            menu: keyMenu,
            toggle: selection && (() => toggle(current)),
            selectAll: selection?.matching ? () => selection.dispatch({ type: "allMatching" }) : undefined,
            clear: selection && (() => selection.dispatch({ type: "none" })),
          })
        }
      >
        <div role="rowgroup" style={{ display: "contents" }}>
          <HeaderRow
            columns={columns}
            sorting={sorting}
            onSort={onSort}
            layout={layout}
            selectAll={
              selection && {
                checked: loadedIds.length > 0 && selectedLoaded === loadedIds.length,
                some: selectedLoaded > 0,
                onChange: () =>
                  selection.dispatch({ type: "set", ids: loadedIds, selected: selectedLoaded !== loadedIds.length }),
              }
            }
          />
        </div>
        {list.state === "loading" && <SkeletonRows count={12} columns={columns.length} layout={layout} />}
        {rows.length > 0 && (
          <div
            role="rowgroup"
            className={`${classes.body} ${list.isPrevious ? classes.stale : ""}`}
            style={{ height: virtual.getTotalSize() + pending * rowHeight, minWidth: layout.minWidth }}
          >
            {shown.map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              const id = rowId(row);
              const canSelect = selectable(item.index);
              return (
                <BodyRow
                  key={id}
                  id={`${base}-${item.index}`}
                  row={row}
                  name={rowName(row)}
                  index={item.index}
                  columns={columns}
                  layout={layout}
                  top={item.start}
                  active={item.index === current}
                  selected={selection ? canSelect && isSelected(selection.value, id) : null}
                  selectable={canSelect}
                  dimmed={isDimmed?.(row) ?? false}
                  gestures={gestures}
                />
              );
            })}
            {pending > 0 && last >= rows.length - 30 && (
              <SkeletonRows count={pending} columns={columns.length} layout={layout} top={virtual.getTotalSize()} />
            )}
          </div>
        )}
      </div>
      {isEmpty && <div className={classes.center}>{empty}</div>}
      {list.state === "error" && rows.length === 0 && (
        <div className={classes.center} role="alert">
          <EmptyState
            text={t("table.failed")}
            action={
              <Button variant="default" onClick={list.reload}>
                {t("common.retry")}
              </Button>
            }
          />
        </div>
      )}
      {menu && menuRow && (
        <RowMenu
          place={menu}
          label={t("table.rowMenu", { name: rowName(menuRow) })}
          actions={rowActions(menuRow)}
          onClose={closeMenu}
        />
      )}
    </div>
  );
}
