// The texts for the fields of a request and for their From and To values.
import { i18next } from "../../i18n";
import { formatExact } from "../../i18n/format";
import type { BatchField, ChangePartView, TaskView } from "../../ipc";

/** One line of a list of changes. */
export type ChangeLine = {
  key: string;
  task: TaskView;
  field: BatchField | null;
  part: string;
  from: string;
  to: string;
  /** True for the first line of its credential. */
  first: boolean;
};

/** Returns the text of a field, or of the part of it that differs. */
export function formatPart(field: BatchField, part: string): string {
  const key = `${field}_${part}`;
  return part !== "value" && i18next.exists(`requests.parts.${key}`)
    ? i18next.t(`requests.parts.${key as "reconciliation_enabled"}`)
    : i18next.t(`requests.fields.${field}`);
}

const lists: Partial<Record<BatchField, string>> = {
  passwordType: "credentials.types",
  status: "credentials.statuses",
};

/** Formats a value: codes and switches as text, times by the clock, and an empty value as empty. */
export function formatValue(field: BatchField, part: string, value: string): string {
  const { t } = i18next;
  if (value === "") return t("requests.nothing");
  const list = lists[field];
  if (list && i18next.exists(`${list}.${value}`)) return i18next.t(`${list}.${value}` as "credentials.types.localUser");
  if (field === "expiresAt" && !Number.isNaN(Date.parse(value))) return formatExact(value);
  if (part === "connectAs" && (value === "own" || value === "access")) return t(`requests.connects.${value}`);
  if (value === "true" || value === "false") return t(value === "true" ? "common.yes" : "common.no");
  return value;
}

/** Formats the value of a group: all parts of a configuration, one after another. */
export function formatGroup(field: BatchField, value: string): string {
  const parts = value.split(" · ");
  if (!["parent", "passwordChange", "reconciliation"].includes(field) || parts.length < 2)
    return formatValue(field, "value", value);
  const texts = parts.map((part) =>
    formatValue(field, part === "own" || part === "access" ? "connectAs" : "value", part),
  );
  return texts.join(" · ");
}

/** Returns one line for each part of each change of each credential. */
export function linesOf(tasks: TaskView[]): ChangeLine[] {
  return tasks.flatMap((task) => {
    const lines = task.changes.flatMap(({ field, parts }) =>
      parts.map(({ part, from, to }: ChangePartView) => ({ field, part, from, to })),
    );
    const shown = lines.length > 0 ? lines : [{ field: null, part: "", from: "", to: "" }];
    return shown.map((line, at) => ({ ...line, task, first: at === 0, key: `${task.credentialId} ${at}` }));
  });
}
