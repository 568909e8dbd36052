// The texts for the action, the object and the fields of an audit entry. Unknown ones appear as they were written.
import { i18next } from "../../i18n";

/** Returns the text of an action: "device.hostKeyAccepted" has the key `audit.actions.device_hostKeyAccepted`. */
export function formatAction(action: string): string {
  const key = action.replaceAll(".", "_");
  return i18next.exists(`audit.actions.${key}`) ? i18next.t(`audit.actions.${key as "vault_created"}`) : action;
}

export function formatNoun(noun: string): string {
  return i18next.exists(`audit.nouns.${noun}`) ? i18next.t(`audit.nouns.${noun as "vault"}`) : noun;
}

/** Returns the name of an entry's object. A parameter is stored by its key and shown by its present name. */
export function formatObject(noun: string | null, label: string | null): string {
  const known = noun === "parameter" && i18next.exists(`parameters.keys.${label}.label`);
  return known ? i18next.t(`parameters.keys.${label as "attempts"}.label`) : (label ?? "");
}

/**
 * Returns the text of a field such as "execution.templateId": its own text, or that of its last part, or the name
 * itself.
 */
export function formatField(field: string): string {
  const last = field.split(".").at(-1) ?? field;
  return i18next.exists(`audit.fields.${last}`) ? i18next.t(`audit.fields.${last as "status"}`) : field;
}

/** Reads a typed day ("2026-12-31") as its first or last moment; null if it is not a day. */
export function isoDay(text: string, end: "first" | "last"): string | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim()) ?? [];
  if (!year || !month || !day) return null;
  const date =
    end === "first"
      ? new Date(Number(year), Number(month) - 1, Number(day))
      : new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59, 999);
  const real = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day);
  return real ? date.toISOString() : null;
}
