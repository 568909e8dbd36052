// The table and its parts, as the screens use them.
export { ColumnChooser } from "./ColumnChooser";
export { type Column, type Sorting, useColumns } from "./columns";
export { DataTable, type DataTableHandle } from "./DataTable";
export type { RowAction } from "./RowMenu";
export {
  countSelected,
  isSelected,
  nothingSelected,
  type RowSelection,
  type SelectionAction,
  selectionReducer,
} from "./selection";
