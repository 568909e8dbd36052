// The values that a list has shown so far, offered in its filters: the host has no list of sites or tags.
import { useMemo, useRef } from "react";

export function useSeen<R>(rows: R[], valuesOf: (row: R) => string[], chosen: string | null) {
  const seen = useRef(new Set<string>());
  const read = useRef(valuesOf);
  return useMemo(() => {
    for (const row of rows) for (const value of read.current(row)) if (value) seen.current.add(value);
    if (chosen) seen.current.add(chosen);
    return [...seen.current].sort((a, b) => a.localeCompare(b)).map((value) => ({ value, label: value }));
  }, [rows, chosen]);
}
