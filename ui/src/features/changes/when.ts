// A date and a time as typed (or picked, where the system has a picker), in the user's own time zone.
export function momentOf(date: string, time: string): Date | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date.trim());
  const clock = /^(\d{1,2}):(\d{2})$/.exec(time.trim());
  if (!day || !clock) return null;
  const [year, month, dayOfMonth] = day.slice(1).map(Number) as [number, number, number];
  const [hours, minutes] = clock.slice(1).map(Number) as [number, number];
  const moment = new Date(year, month - 1, dayOfMonth, hours, minutes);
  // 31 February would quietly become 3 March.
  const same = moment.getMonth() === month - 1 && moment.getDate() === dayOfMonth && moment.getHours() === hours;
  return same && minutes < 60 ? moment : null;
}

const pad = (value: number) => String(value).padStart(2, "0");

/** What the fields offer first: the next full hour. */
export function nextHour(now: Date): { date: string; time: string } {
  const next = new Date(now.getTime() + 3_600_000);
  return {
    date: `${next.getFullYear()}-${pad(next.getMonth() + 1)}-${pad(next.getDate())}`,
    time: `${pad(next.getHours())}:00`,
  };
}
