// Times as the host writes them, for the records of the invented vault.
export const now = () => new Date().toISOString();

const dayLength = 86_400_000;
const days = new Map<number, string>();
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

/**
 * Returns the time of some minutes ago. The text is built by hand, because half a million `Date` objects would take
 * most of a test's start.
 */
export function ago(minutes: number): string {
  const moment = Math.round(Date.now() - minutes * 60_000);
  const day = Math.floor(moment / dayLength);
  const known = days.get(day);
  const date = known ?? new Date(day * dayLength).toISOString().slice(0, 11);
  if (!known) days.set(day, date);
  const rest = moment - day * dayLength;
  const minute = Math.floor(rest / 60_000);
  const second = twoDigits[Math.floor(rest / 1000) % 60];
  const thousandths = String(rest % 1000).padStart(3, "0");
  return `${date}${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${second}.${thousandths}Z`;
}
