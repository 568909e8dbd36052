// The table by keyboard: arrows move, Shift extends, Space selects, Enter opens, the menu key opens the row's menu.
import type { KeyboardEvent } from "react";

export type TableKeys = {
  count: number;
  active: number;
  /** The number of rows that fit on the screen. */
  page: number;
  move: (to: number, extend: boolean) => void;
  toggle?: () => void;
  selectAll?: () => void;
  clear?: () => void;
  open: () => void;
  menu: () => void;
};

function destination(event: KeyboardEvent, { active, count, page }: TableKeys): number | null {
  switch (event.key) {
    case "ArrowDown":
      return active + 1;
    case "ArrowUp":
      return active - 1;
    case "PageDown":
      return active + page;
    case "PageUp":
      return active - page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

export function handleTableKey(event: KeyboardEvent, keys: TableKeys) {
  // Keys pressed inside a cell's own button or box belong to it.
  if (event.target !== event.currentTarget || keys.count === 0) return;
  const to = destination(event, keys);
  const handled = (act: (() => void) | undefined) => {
    if (!act) return;
    event.preventDefault();
    act();
  };
  if (to !== null) return handled(() => keys.move(Math.min(keys.count - 1, Math.max(0, to)), event.shiftKey));
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) return handled(keys.menu);
  if (event.key === "Enter") return handled(keys.open);
  if (event.key === " ") return handled(keys.toggle);
  if (event.key === "a" && (event.ctrlKey || event.metaKey)) return handled(keys.selectAll);
  if (event.key === "Escape") return handled(keys.clear);
}
