// A date and a time as typed (or picked, if the system has a picker), in the user's own time zone.
export type TypedDateTime = { date: string; time: string };

export function parseDateTime(date: string, time: string): Date | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date.trim());
  const clock = /^(\d{1,2}):(\d{2})$/.exec(time.trim());
  if (!day || !clock) return null;
  const [year, month, dayOfMonth] = day.slice(1).map(Number) as [number, number, number];
  const [hours, minutes] = clock.slice(1).map(Number) as [number, number];
  const moment = new Date(year, month - 1, dayOfMonth, hours, minutes);
  // JavaScript would accept 31 February as 3 March.
  const same = moment.getMonth() === month - 1 && moment.getDate() === dayOfMonth && moment.getHours() === hours;
  return same && minutes < 60 ? moment : null;
}

const pad = (value: number) => String(value).padStart(2, "0");

/** Returns the first value of the fields: the next full hour. */
export function nextHour(now: Date): TypedDateTime {
  const next = new Date(now.getTime() + 3_600_000);
  return {
    date: isoDay(next),
    time: `${pad(next.getHours())}:00`,
  };
}

/** Returns the day of a time, as the fields write it. */
export function isoDay(moment: Date): string {
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

/** Returns the bounds of a range of whole days: from midnight before the first to midnight after the last. */
export function boundsOf(from: string, to: string): { from: string | null; to: string | null } {
  const first = parseDateTime(from, "00:00");
  const last = parseDateTime(to, "00:00");
  if (last) last.setDate(last.getDate() + 1);
  return { from: first?.toISOString() ?? null, to: last?.toISOString() ?? null };
}

/** Returns the last whole day before a bound that `boundsOf` made. */
export const lastDayOf = (to: string): string => isoDay(new Date(Date.parse(to) - 1));
