// A parameter's value as it is typed, and back; and how values, ranges and names are told.

import { i18next } from "../../i18n";
import { formatNumber } from "../../i18n/format";
import type { ParameterKind, ParameterUnit, ParameterValue, ParameterView } from "../../ipc";

type NameKey = "label" | "help";

/** The words of a parameter; a newer host's parameter is called by its name. */
export function tellParameter(name: string, what: NameKey): string {
  const key = `parameters.names.${name}.${what}`;
  if (!i18next.exists(key)) return what === "label" ? name : "";
  return i18next.t(`parameters.names.${name as "attempts"}.${what}`);
}

export function tellUnit(unit: ParameterUnit, count: number): string {
  return unit === "count" ? "" : i18next.t(`parameters.units.${unit}`, { count });
}

export function tellValue(kind: ParameterKind, value: ParameterValue): string {
  const { t } = i18next;
  if (value.kind === "switch") return t(value.value ? "parameters.on" : "parameters.off");
  if (value.kind === "integer")
    return [formatNumber(value.value), kind.kind === "integer" && tellUnit(kind.unit, value.value)]
      .filter(Boolean)
      .join(" ");
  return value.kind === "list" ? value.value.join(", ") : value.value;
}

/** "1 to 10"; null where there is nothing to range over. */
export function tellRange(kind: ParameterKind): string | null {
  if (kind.kind !== "integer") return null;
  return i18next.t("parameters.range", {
    minimum: formatNumber(kind.minimum),
    maximum: [formatNumber(kind.maximum), tellUnit(kind.unit, kind.maximum)].filter(Boolean).join(" "),
  });
}

export const sameValue = (one: ParameterValue, other: ParameterValue) => JSON.stringify(one) === JSON.stringify(other);

/** The problem of a value before the host is asked; null when it fits. */
export function problemOf(kind: ParameterKind, value: ParameterValue): { minimum: number; maximum: number } | null {
  if (kind.kind !== "integer" || value.kind !== "integer") return null;
  const fits = Number.isInteger(value.value) && value.value >= kind.minimum && value.value <= kind.maximum;
  return fits ? null : { minimum: kind.minimum, maximum: kind.maximum };
}

/** Parameters by group, in the order in which they come, those that match the words alone. */
export function groupsOf(parameters: ParameterView[], text: string) {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<ParameterView["group"], ParameterView[]>();
  for (const parameter of parameters) {
    const told = [tellParameter(parameter.name, "label"), tellParameter(parameter.name, "help"), parameter.name];
    if (wanted && !told.some((words) => words.toLowerCase().includes(wanted))) continue;
    groups.set(parameter.group, [...(groups.get(parameter.group) ?? []), parameter]);
  }
  return [...groups];
}
