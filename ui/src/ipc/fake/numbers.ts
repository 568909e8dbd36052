// How the host judges the numbers of a form: they come as they were typed, and only a whole one in its range is taken.
import type { Problem } from "../bindings";

/** The problem of a number that is not there, is no whole number, or stands outside its range. */
export function outOfRange(field: string, value: unknown, minimum: number, maximum: number): Problem[] {
  const fits = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return fits ? [] : [{ field, rule: { name: "outOfRange", minimum, maximum } }];
}

/** The same for a number that may be left out. */
export const outOfRangeIfAny = (field: string, value: unknown, minimum: number, maximum: number): Problem[] =>
  value === null ? [] : outOfRange(field, value, minimum, maximum);
