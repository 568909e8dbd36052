// Filters, sorts and pages records as the host does; the cursor is the position of the next page.
import type { Page } from "../bindings";

const memory = new Map<string, { version: number; rows: unknown[] }>();

type PageAsked = { cursor: string | null; limit: number };

export function page<R>(question: string, version: number, select: () => R[], request: PageAsked): Page<R> {
  const known = memory.get(question);
  const rows = known?.version === version ? (known.rows as R[]) : select();
  memory.set(question, { version, rows });
  return slice(rows, request);
}

/** Returns one page of rows that are all in memory. */
export function slice<R>(rows: R[], request: PageAsked): Page<R> {
  const from = Number(request.cursor ?? 0);
  const to = from + request.limit;
  return {
    rows: rows.slice(from, to),
    next: to < rows.length ? String(to) : null,
    total: rows.length,
    totalIsExact: true,
  };
}

export function sorted<R>(rows: R[], by: (row: R) => string | number, descending: boolean): R[] {
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => [by(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * direction)
    .map(([, row]) => row);
}

export const includes = (text: string | null, ...fields: string[]) =>
  !text || fields.some((field) => field.toLowerCase().includes(text.toLowerCase()));
