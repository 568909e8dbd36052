// The selected rows: some by id, or everything that matches the filter except some. It is a pure reducer, so that a
// selection of a million rows costs as much as one of ten.
export type RowSelection =
  | { kind: "ids"; ids: ReadonlySet<string> }
  | { kind: "matching"; except: ReadonlySet<string> };

export type SelectionAction =
  | { type: "toggle"; id: string }
  | { type: "set"; ids: readonly string[]; selected: boolean }
  | { type: "allMatching" }
  | { type: "none" };

export const nothingSelected: RowSelection = { kind: "ids", ids: new Set() };

export function isSelected(selection: RowSelection, id: string): boolean {
  return selection.kind === "ids" ? selection.ids.has(id) : !selection.except.has(id);
}

/** Returns the number of selected rows. `total` is the number of rows that match the filter. */
export function countSelected(selection: RowSelection, total: number): number {
  return selection.kind === "ids" ? selection.ids.size : Math.max(0, total - selection.except.size);
}

export function selectionReducer(selection: RowSelection, action: SelectionAction): RowSelection {
  switch (action.type) {
    case "toggle":
      return selectionReducer(selection, {
        type: "set",
        ids: [action.id],
        selected: !isSelected(selection, action.id),
      });
    case "set": {
      const named = new Set(selection.kind === "ids" ? selection.ids : selection.except);
      // Selected by id, the row is added to the ids; if everything else is selected, it is removed from the exceptions.
      const add = action.selected === (selection.kind === "ids");
      for (const id of action.ids) {
        if (add) named.add(id);
        else named.delete(id);
      }
      return selection.kind === "ids" ? { kind: "ids", ids: named } : { kind: "matching", except: named };
    }
    case "allMatching":
      return { kind: "matching", except: new Set() };
    case "none":
      return nothingSelected;
  }
}
