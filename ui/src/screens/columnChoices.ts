// The columns of a table as a menu offers them: those that can be hidden.
type HideableColumn = {
  id: string;
  columnDef: { header?: unknown };
  getCanHide: () => boolean;
  getIsVisible: () => boolean;
  toggleVisibility: () => void;
};

export function columnChoices(table: { getAllLeafColumns: () => HideableColumn[] }) {
  return table
    .getAllLeafColumns()
    .filter((column) => column.getCanHide())
    .map((column) => ({
      id: column.id,
      label: String(column.columnDef.header),
      shown: column.getIsVisible(),
      toggle: () => column.toggleVisibility(),
    }));
}
