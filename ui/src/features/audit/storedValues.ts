// The texts for the values in audit entries. The trail contains the program's own codes, which are the same in every
// language; the fields with such codes are listed here. All other values are shown as they were written, because people
// wrote them.
import { i18next } from "../../i18n";
import { formatExact } from "../../i18n/format";

/** The groups of texts for a field, besides `audit.values`; the first group that has the code is used. */
const words: Record<string, string[]> = {
  action: ["requests.actions"],
  afterTheChange: ["failures"],
  childPassword: ["chain.modes"],
  criticality: ["devices.criticalities"],
  decisions: ["requests.signatures"],
  failure: ["failures"],
  format: ["audit.formats"],
  from: ["operations.states"],
  noAutorun: ["operations.noAutorun"],
  operationTypes: ["operations.types"],
  origin: ["operations.origins"],
  passwordType: ["credentials.types"],
  request: ["requests.integrity"],
  roles: ["users.roleNames"],
  standing: ["vault.integrityStandings"],
  state: ["operations.states"],
  status: ["credentials.statuses"],
  type: ["operations.types", "devices.types"],
  verdict: ["requests.verdicts"],
  warning: ["notices"],
  why: ["audit.breaks"],
  // These apply to one kind of entry only: in other entries a field of the same name holds free text, or the codes of
  // another type.
  "backup.reason": ["backups.reasons"],
  "recoveryKit.status": ["users.statuses"],
  "user.status": ["users.statuses"],
};

const switches = ["automaticChange", "autorun", "emergency", "enabled", "good", "locked", "oneTimePassword"];
const moments = ["first", "last", "newest", "scheduledAt", "seenAt", "validUntil"];
const lists = ["decisions", "operationTypes", "roles"];

/**
 * Returns the key of a code; none if it cannot be a code. It also reads the forms of earlier versions: "JsonLines",
 * "own request", "Refused(Ended(Expired))".
 */
function keyOf(value: string): string | null {
  const reason = value.replace(/^Refused\((\w+).*$/, "$1");
  const key = reason.replace(/[^A-Za-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
  return /^[A-Za-z0-9]+$/.test(key) ? key.charAt(0).toLowerCase() + key.slice(1) : null;
}

function formatWord(field: string, groups: string[], value: string): string {
  const key = keyOf(value);
  if (key === null) return value;
  const paths = [
    `audit.values.${field}.${key}`,
    // A failure also has a text with advice, so the message is one level deeper.
    ...groups.map((group) => (group === "failures" ? `failures.${key}.message` : `${group}.${key}`)),
  ];
  for (const path of paths) {
    const text: unknown = i18next.exists(path) ? i18next.t(path as "common.yes") : null;
    if (typeof text === "string") return text;
  }
  return value;
}

/** Returns the text of a field's value; an unknown value is shown as it was written. */
export function formatStoredValue(action: string, field: string, value: string): string {
  const last = field.split(".").at(-1) ?? field;
  if (action === "parameter.changed") {
    if (value === "true" || value === "false") return i18next.t(value === "true" ? "parameters.on" : "parameters.off");
    return value;
  }
  if (switches.includes(last) && (value === "true" || value === "false"))
    return i18next.t(value === "true" ? "common.yes" : "common.no");
  if (moments.includes(last) && !Number.isNaN(Date.parse(value))) return formatExact(value);
  const groups = words[`${action.split(".")[0]}.${last}`] ?? words[last] ?? [];
  if (!lists.includes(last)) return formatWord(last, groups, value);
  return value
    .split(", ")
    .map((each) => formatWord(last, groups, each))
    .join(", ");
}
