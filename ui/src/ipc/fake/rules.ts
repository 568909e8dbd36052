// The policies and strengths of the invented vault, and a rough estimate of a strength.
import type {
  PolicyCriteriaView,
  PolicyView,
  Problem,
  StrengthEstimateView,
  StrengthRulesView,
  StrengthView,
} from "../bindings";
import { outOfRange, outOfRangeIfAny } from "./numbers";
import type { Size } from "./seed/size";

const classFields = ["upper", "lower", "digits", "symbols"] as const;

const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

const rules: StrengthRulesView = {
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

const strength = (id: string, name: string, builtIn: boolean, fields: Partial<StrengthRulesView>): StrengthView => ({
  id,
  name,
  builtIn,
  rules: { ...rules, ...fields },
  policies: 0,
  createdAt: at(80),
  updatedAt: at(builtIn ? 80 : 3),
});

export function seedStrengths(size: Size): StrengthView[] {
  const standard = strength("s0", "Standard", true, {});
  if (size === "none") return [standard];
  const some = [
    standard,
    strength("s1", "Network devices", false, { minimumLength: 14, maximumLength: 16, symbols: null }),
    strength("s2", "Read aloud", false, {
      minimumLength: 20,
      maximumLength: 20,
      symbols: null,
      avoidLookAlikes: true,
      maximumRepeats: 2,
    }),
  ];
  if (size === "three") return some;
  return [
    ...some,
    ...Array.from({ length: 17 }, (_, index) => strength(`s${index + 3}`, `Customer ${index + 1}`, false, {})),
  ];
}

const anything: PolicyCriteriaView = {
  username: "",
  device: "",
  type: "",
  manufacturer: "",
  model: "",
  site: "",
  domain: "",
  tags: [],
  passwordTypes: [],
};

const policy = (index: number, fields: Partial<PolicyView>): PolicyView => ({
  id: `p${index}`,
  name: `Customer ${index}`,
  priority: 10,
  strengthId: "s0",
  strengthName: "Standard",
  criteria: anything,
  triggers: { period: { every: 30, unit: "days", windows: [] }, view: null, expiry: null, verification: null },
  overrides: { attempts: null, backOffSeconds: null, connectTimeoutSeconds: null, readTimeoutSeconds: null },
  pause: null,
  credentials: 0,
  createdAt: at(60),
  updatedAt: at(index + 1),
  ...fields,
});

export function seedPolicies(size: Size): PolicyView[] {
  if (size === "none") return [];
  const some = [
    policy(0, { name: "Everything else", priority: 0, criteria: { ...anything, username: "*" } }),
    policy(1, {
      name: "Production databases",
      priority: 50,
      criteria: { ...anything, device: "srv-db-*", tags: ["production"] },
      triggers: {
        period: {
          every: 7,
          unit: "days",
          windows: [
            { weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "22:00", to: "04:00" },
            { weekdays: ["saturday", "sunday"], from: "00:00", to: "24:00" },
          ],
        },
        view: { delayMinutes: 60, windows: [] },
        expiry: { lifetimeDays: 14, windows: [] },
        verification: { every: 12, unit: "hours", windows: [] },
      },
    }),
    policy(2, {
      name: "Firewalls",
      priority: 40,
      strengthId: "s1",
      strengthName: "Network devices",
      criteria: { ...anything, type: "Network device" },
      pause: { reason: "Firmware is being replaced this week", by: "Bruno", at: at(1) },
    }),
  ];
  if (size === "three") return some;
  return [
    ...some,
    ...Array.from({ length: 22 }, (_, index) =>
      policy(index + 3, { name: `Customer ${index + 1}`, criteria: { ...anything, site: `Branch ${index + 1}` } }),
    ),
  ];
}

const sets = {
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  lower: "abcdefghijklmnopqrstuvwxyz",
  digits: "0123456789",
};

export function problemsOfRules(given: StrengthRulesView): Problem[] {
  const { minimumLength, maximumLength, historyDepth, maximumRepeats } = given;
  const problems = [
    ...outOfRange("rules.minimumLength", minimumLength, 4, 128),
    ...outOfRange("rules.maximumLength", maximumLength, 4, 128),
    ...outOfRange("rules.historyDepth", historyDepth, 0, 100),
    ...outOfRangeIfAny("rules.maximumRepeats", maximumRepeats, 1, 128),
    ...classFields.flatMap((field) => outOfRangeIfAny(`rules.${field}`, given[field], 0, 128)),
  ];
  if (given.minimumLength > given.maximumLength)
    problems.push({ field: "rules.minimumLength", rule: { name: "aboveMaximum", maximum: given.maximumLength } });
  if (problems.length > 0) return problems;
  const least = (given.upper ?? 0) + (given.lower ?? 0) + (given.digits ?? 0) + (given.symbols ?? 0);
  const all = [given.upper, given.lower, given.digits, given.symbols];
  if (least > given.maximumLength)
    problems.push({
      field: "rules.upper",
      rule: { name: "minimumsExceedLength", maximum: given.maximumLength },
    });
  if (all.every((each) => each === null)) problems.push({ field: "rules.upper", rule: { name: "nothingLeft" } });
  if (given.symbols !== null && given.allowedSymbols === "")
    problems.push({ field: "rules.allowedSymbols", rule: { name: "nothingLeft" } });
  if (problems.length === 0 && bitsOf(given) < 64)
    problems.push({ field: "rules.maximumLength", rule: { name: "tooFewPossibilities", minimum: 64 } });
  return problems;
}

function alphabetOf(given: StrengthRulesView): string {
  const all = [
    given.upper === null ? "" : sets.upper,
    given.lower === null ? "" : sets.lower,
    given.digits === null ? "" : sets.digits,
    given.symbols === null ? "" : given.allowedSymbols,
  ].join("");
  const left = given.avoidLookAlikes ? [...all].filter((each) => !"0Oo1lI|5S2Z8B".includes(each)) : [...all];
  return left.filter((each) => !given.forbidden.includes(each)).join("");
}

/**
 * Estimates the number of passwords as the number of characters to the power of the length; the real host counts
 * exactly.
 */
export function estimateOf(given: StrengthRulesView, seed: number): StrengthEstimateView {
  const problems = problemsOfRules(given);
  const alphabet = alphabetOf(given);
  if (problems.length > 0 || alphabet === "") return { possible: "0", bits: 0, samples: [], problems, limits: [] };
  const possible = BigInt(alphabet.length) ** BigInt(given.maximumLength);
  let state = seed + 11;
  const sample = () => {
    let text = "";
    for (let index = 0; index < given.maximumLength; index++) {
      state = (state * 48_271) % 2_147_483_647;
      text += alphabet[state % alphabet.length];
    }
    return text;
  };
  return {
    possible: possible.toString(),
    bits: Math.log2(alphabet.length) * given.maximumLength,
    samples: [sample(), sample(), sample(), sample()],
    problems,
    limits: [
      { pluginId: "ssh", pluginName: "SSH", maximumLength: 511, forbidden: "", problem: null },
      {
        pluginId: "oracle",
        pluginName: "Oracle",
        maximumLength: 30,
        forbidden: '"',
        problem: given.minimumLength > 30 ? { name: "pluginLimit", plugin: "Oracle", maximum: 30 } : null,
      },
    ],
  };
}

export const bitsOf = (given: StrengthRulesView) => Math.log2(alphabetOf(given).length || 1) * given.maximumLength;
