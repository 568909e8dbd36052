// What is said of a value that an audit entry keeps. The trail holds the program's own words, which are the same in every
// language; which fields hold such words is listed here. Everything else is said as it was written: people wrote it.
import { i18next } from "../../i18n";
import { formatExact } from "../../i18n/format";

/** Where the words of a field are besides `audit.values`; of several, the first that has them. */
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
  // Of one kind of entry alone: elsewhere a field of the same name holds what somebody typed, or another thing's words.
  "backup.reason": ["backups.reasons"],
  "recoveryKit.status": ["users.statuses"],
  "user.status": ["users.statuses"],
};

const switches = ["automaticChange", "autorun", "emergency", "enabled", "good", "locked", "oneTimePassword"];
const moments = ["first", "last", "newest", "scheduledAt", "seenAt", "validUntil"];
const lists = ["decisions", "operationTypes", "roles"];

/** "JsonLines", "own request", "Refused(Ended(Expired))" of earlier versions: the key of each; none for what cannot be one. */
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
    // A failure has words for what to try as well.
    ...groups.map((group) => (group === "failures" ? `failures.${key}.message` : `${group}.${key}`)),
  ];
  for (const path of paths) {
    const text: unknown = i18next.exists(path) ? i18next.t(path as "common.yes") : null;
    if (typeof text === "string") return text;
  }
  return value;
}

/** The value of a field of an entry, as people call it; one that is not known is said as it was written. */
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
