// Numbers and times as the language writes them.
import { i18next } from "./index";

type Format = Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.ListFormat;

const made = new Map<string, Format>();

function formatter<F extends Format>(kind: string, make: (language: string) => F): F {
  const key = `${i18next.language} ${kind}`;
  const known = made.get(key);
  if (known) return known as F;
  const fresh = make(i18next.language);
  made.set(key, fresh);
  return fresh;
}

export const formatNumber = (value: number): string =>
  formatter("number", (language) => new Intl.NumberFormat(language)).format(value);

/** Formats a total; if it is not exact, with a plus sign. */
export const formatTotal = (total: number, exact: boolean): string => `${formatNumber(total)}${exact ? "" : "+"}`;

/** Returns the values for `t(key, counted(n))`: the count for the plural, and the formatted number. */
export const counted = (count: number, exact = true) => ({ count, formatted: formatTotal(count, exact) });

export const formatExact = (iso: string): string =>
  formatter(
    "exact",
    (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }),
  ).format(new Date(iso));

const formatDay = (moment: Date): string =>
  formatter("day", (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium" })).format(moment);

/**
 * Formats a range of whole days by its bounds, of which the second is past the end: "1 – 7 Mar", "from 1 Mar"; null
 * without bounds.
 */
export function formatDays(from: string | null, to: string | null): string | null {
  const { t } = i18next;
  const first = from && new Date(from);
  const last = to && new Date(Date.parse(to) - 1);
  if (first && last) {
    const days = formatter("day", (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium" }));
    return days.formatRange(first, last);
  }
  if (first) return t("filters.fromDay", { day: formatDay(first) });
  return last ? t("filters.toDay", { day: formatDay(last) }) : null;
}

/** Formats a weekday, counted from Monday: "Mon". */
export const formatWeekday = (fromMonday: number): string =>
  formatter("weekday", (language) => new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" })).format(
    // The first of January 2024 was a Monday.
    new Date(Date.UTC(2024, 0, 1 + fromMonday)),
  );

/** Formats a number of any size from its decimal digits: "84,672", or a mantissa with a power of ten. */
export function formatHuge(digits: string): { text: string; power: number | null } {
  if (digits.length <= 12) return { text: formatNumber(Number(digits)), power: null };
  const text = formatter(
    "tenths",
    (language) => new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  ).format(Number(`${digits[0]}.${digits.slice(1, 3)}`));
  return { text: `${text} × 10`, power: digits.length - 1 };
}

/** Formats an hour on a timeline: "22:00". */
export const formatHour = (iso: string): string =>
  formatter(
    "hour",
    (language) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  ).format(new Date(iso));

/** Formats a list of alternatives: "Error or Running". */
export const listed = (names: string[]): string =>
  formatter("or", (language) => new Intl.ListFormat(language, { type: "disjunction" })).format(names);

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Formats a time relative to now: "3 hours ago", "in 2 days", "now". */
export function formatRelative(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const relative = formatter("relative", (language) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  return relative.format(0, "second");
}

/** Formats a running clock: "0:07", "2:31", "1:02:09". */
export function formatElapsed(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

/** Formats a rough duration: "3 days", "centuries". */
export function formatRough(seconds: number): string {
  const { t } = i18next;
  if (seconds < 1) return t("duration.instant");
  if (seconds >= 100 * 31_557_600) return t("duration.centuries");
  if (seconds >= 31_557_600) return t("duration.years", counted(Math.round(seconds / 31_557_600)));
  if (seconds >= 86_400) return t("duration.days", counted(Math.round(seconds / 86_400)));
  if (seconds >= 3_600) return t("duration.hours", counted(Math.round(seconds / 3_600)));
  if (seconds >= 60) return t("duration.minutes", counted(Math.round(seconds / 60)));
  return t("duration.seconds", counted(Math.round(seconds)));
}
