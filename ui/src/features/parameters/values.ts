// Converts a parameter's value to the typed form and back, and formats values, ranges and names.

import type { Typed } from "../../components/fields/NumberField";
import { i18next } from "../../i18n";
import { formatNumber } from "../../i18n/format";
import type { ParameterKind, ParameterUnit, ParameterValue, ParameterView } from "../../ipc";

/** Returns the texts of a parameter; an unknown parameter of a newer host is shown by its key. */
export function formatParameter(key: string, what: "label" | "help"): string {
  const path = `parameters.keys.${key}.${what}`;
  if (!i18next.exists(path)) return what === "label" ? key : "";
  return i18next.t(`parameters.keys.${key as "attempts"}.${what}`);
}

export const formatUnit = (unit: ParameterUnit, count: number): string =>
  i18next.t(`parameters.units.${unit}`, { count });

const withUnit = (unit: ParameterUnit, count: number) => `${formatNumber(count)} ${formatUnit(unit, count)}`;

export function formatValue(kind: ParameterKind, value: ParameterValue): string {
  const { t } = i18next;
  switch (value.kind) {
    case "switch":
      return t(value.on ? "parameters.on" : "parameters.off");
    case "number":
      return "unit" in kind ? withUnit(kind.unit, value.number) : formatNumber(value.number);
    case "text":
      return value.text;
    case "list":
      return value.items.join(", ");
  }
}

/** Returns the range as text ("1 to 10 attempts"); null if the kind has no range. */
export function formatRange(kind: ParameterKind): string | null {
  if (!("minimum" in kind)) return null;
  return i18next.t("parameters.range", {
    minimum: formatNumber(kind.minimum),
    maximum: withUnit(kind.unit, kind.maximum),
  });
}

/** Formats the default, shown beside the range, which already has the unit. */
export const formatDefault = (kind: ParameterKind, value: ParameterValue) =>
  value.kind === "number" ? formatNumber(value.number) : formatValue(kind, value);

export const sameValue = (one: Typed<ParameterValue>, other: Typed<ParameterValue>) =>
  JSON.stringify(one) === JSON.stringify(other);

/** Returns the text of the range if a number is outside it, before the host is asked; null if it fits. */
export function problemOf(
  kind: ParameterKind,
  value: Typed<ParameterValue>,
): { minimum: number; maximum: number } | null {
  if (!("minimum" in kind) || value.kind !== "number") return null;
  const { minimum, maximum } = kind;
  const { number } = value;
  const fits = typeof number === "number" && Number.isInteger(number) && number >= minimum && number <= maximum;
  return fits ? null : { minimum, maximum };
}

/** Groups the parameters that match the words, in their order. */
export function groupsOf(parameters: ParameterView[], text: string) {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<ParameterView["group"], ParameterView[]>();
  for (const parameter of parameters) {
    const texts = [formatParameter(parameter.key, "label"), formatParameter(parameter.key, "help"), parameter.key];
    if (wanted && !texts.some((text) => text.toLowerCase().includes(wanted))) continue;
    groups.set(parameter.group, [...(groups.get(parameter.group) ?? []), parameter]);
  }
  return [...groups];
}
