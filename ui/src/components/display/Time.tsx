// Times in relative form ("3 hours ago", exact on hover), and running clocks.
import { formatElapsed, formatExact, formatRelative } from "../../i18n/format";
import { useHalfMinutes, useSeconds } from "./clock";

export function RelativeTime({ at, never }: { at: string | null; never?: string }) {
  const now = useHalfMinutes();
  if (at === null) return <span>{never ?? "–"}</span>;
  return (
    <time dateTime={at} title={formatExact(at)}>
      {/* A moment later than the clock's last tick is not "in 12 seconds". */}
      {formatRelative(at, Math.abs(Date.parse(at) - now) < 30_000 ? Date.parse(at) : now)}
    </time>
  );
}

export function ExactTime({ at }: { at: string }) {
  return <time dateTime={at}>{formatExact(at)}</time>;
}

export function ElapsedTime({ since }: { since: string }) {
  const now = useSeconds();
  return <span style={{ fontVariantNumeric: "tabular-nums" }}>{formatElapsed(now - Date.parse(since))}</span>;
}
