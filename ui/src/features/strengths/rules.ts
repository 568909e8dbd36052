// The rules of a strength as the form holds them.
import type { StrengthRulesView, StrengthSaveRequest, StrengthView } from "../../ipc";

export const classFields = ["upper", "lower", "digits", "symbols"] as const;
export type ClassField = (typeof classFields)[number];

/**
 * The first rules of a new strength: long, with every class of characters, and without characters that a shell would
 * interpret.
 */
export const firstRules: StrengthRulesView = {
  minimumLength: 24,
  maximumLength: 24,
  upper: 2,
  lower: 2,
  digits: 2,
  symbols: 2,
  allowedSymbols: "-_.+=@%,",
  forbidden: "",
  firstCharacter: ["upper", "lower"],
  maximumRepeats: null,
  avoidLookAlikes: false,
  historyDepth: 10,
};

/** Returns the values of the form; `copied` starts a new strength as a copy of another. */
export function valuesOf(strength: StrengthView | null, copied: boolean): StrengthSaveRequest {
  return {
    id: copied ? null : (strength?.id ?? null),
    name: copied ? "" : (strength?.name ?? ""),
    rules: strength?.rules ?? firstRules,
  };
}
