// The rules of a strength as the form holds them.
import type { StrengthRulesView, StrengthSaveRequest, StrengthView } from "../../ipc";

export const classFields = ["upper", "lower", "digits", "symbols"] as const;
export type ClassField = (typeof classFields)[number];

/** What a new strength begins with: long, every class, nothing that a shell would read as its own. */
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

/** `copied`: a new one that begins as another is. */
export function valuesOf(strength: StrengthView | null, copied: boolean): StrengthSaveRequest {
  return {
    id: copied ? null : (strength?.id ?? null),
    name: copied ? "" : (strength?.name ?? ""),
    rules: strength?.rules ?? firstRules,
  };
}
