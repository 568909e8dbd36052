// The host's check of the numbers in a form: they arrive as typed, and only a whole number in the range is accepted.
import type { Problem } from "../bindings";

/** Returns the problem of a number that is missing, is not a whole number, or is outside its range. */
export function outOfRange(field: string, value: unknown, minimum: number, maximum: number): Problem[] {
  const fits = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return fits ? [] : [{ field, rule: { name: "outOfRange", minimum, maximum } }];
}

/** As `outOfRange`, for an optional number. */
export const outOfRangeIfAny = (field: string, value: unknown, minimum: number, maximum: number): Problem[] =>
  value === null ? [] : outOfRange(field, value, minimum, maximum);
