// The texts of a policy: its hours, its triggers and its criteria.
import { i18next } from "../../i18n";
import { counted, formatWeekday, listed } from "../../i18n/format";
import {
  type PolicyCriteriaView,
  type PolicyField,
  type TriggersView,
  type Weekday,
  type WindowView,
  weekdays,
} from "../../ipc";

export const weekdayName = (weekday: Weekday) => formatWeekday(weekdays.indexOf(weekday));

/** Formats weekdays. Three or more days in a row are shortened: "Mon – Fri, Sun". */
export function formatWeekdays(chosen: Weekday[]): string {
  if (chosen.length === weekdays.length) return i18next.t("policies.everyDay");
  const runs: number[][] = [];
  weekdays.forEach((weekday, at) => {
    if (!chosen.includes(weekday)) return;
    const last = runs.at(-1);
    if (last && last.at(-1) === at - 1) last.push(at);
    else runs.push([at]);
  });
  return runs
    .flatMap((run) => {
      const [first, last] = [run[0] as number, run.at(-1) as number];
      return run.length > 2 ? [`${formatWeekday(first)} – ${formatWeekday(last)}`] : run.map(formatWeekday);
    })
    .join(", ");
}

export function formatWindows(windows: WindowView[]): string {
  if (windows.length === 0) return i18next.t("policies.anyTime");
  return windows.map(({ weekdays: days, from, to }) => `${formatWeekdays(days)} ${from} – ${to}`).join("; ");
}

export type TriggerKind = keyof TriggersView;
/** Returns the text of a trigger without its hours; null if it is off. */
export function formatTrigger(kind: TriggerKind, triggers: TriggersView): string | null {
  const { t } = i18next;
  switch (kind) {
    case "view":
      return triggers.view && t("policies.told.view", counted(triggers.view.delayMinutes));
    case "expiry":
      return triggers.expiry && t("policies.told.expiry", counted(triggers.expiry.lifetimeDays));
    default: {
      const trigger = triggers[kind];
      return trigger && t(`policies.told.${kind}.${trigger.unit}`, counted(trigger.every));
    }
  }
}

export const policyFields: Exclude<PolicyField, "tags" | "passwordType">[] = [
  "username",
  "device",
  "type",
  "manufacturer",
  "model",
  "site",
  "domain",
];

/** Returns the criteria as pairs of field and value. */
export function formatCriteria(criteria: PolicyCriteriaView): { name: string; value: string }[] {
  const { t } = i18next;
  const texts = policyFields.map((field) => ({ name: t(`policies.fields.${field}`), value: criteria[field] }));
  const types = criteria.passwordTypes.map((type) => t(`credentials.types.${type}`));
  return [
    ...texts,
    { name: t("policies.fields.tags"), value: criteria.tags.join(", ") },
    { name: t("policies.fields.passwordType"), value: types.length > 0 ? listed(types) : "" },
  ].filter(({ value }) => value !== "");
}
