// The people, parameters, backups and audit entries of the invented vault: few, three or very many; always the same
// ones.
import type {
  AuditEntryView,
  BackupView,
  ParameterKind,
  ParameterUnit,
  ParameterValue,
  ParameterView,
  Role,
  UserView,
} from "../../bindings";
import { ago } from "./seed";
import type { Size } from "./size";

const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;
const day = 24 * 60;

const firstUsers: [string, Role[], UserView["status"]][] = [
  ["Ana", ["administrator", "operator"], "active"],
  ["Bruno", ["operator"], "active"],
  ["Carla", ["approver", "auditor"], "invited"],
];
const roleSets: Role[][] = [["operator"], ["approver"], ["auditor"], ["operator", "approver"], ["administrator"]];

export function seedUser(index: number, size: Size): UserView {
  const [name, roles, status] = firstUsers[index] ?? [
    `Person ${String(index).padStart(3, "0")}`,
    pick(roleSets, index),
    index % 9 === 0 ? ("disabled" as const) : ("active" as const),
  ];
  return {
    id: `u${index}`,
    name,
    roles,
    status,
    isYou: index === 0,
    lastAdministrator: index === 0 && (size === "none" || size === "three"),
    createdAt: ago(90 * day - index * 300),
    createdBy: index === 0 ? null : "Ana",
    lastSignInAt: status === "invited" ? null : ago(12 + index * 700),
    totp: index === 0,
    keyFile: false,
    oneTimeUntil: status === "invited" ? ago(-3 * day) : null,
  };
}

type Row = [string, ParameterView["group"], ParameterKind, ParameterValue];
const count = (unit: ParameterUnit, minimum: number, maximum: number): ParameterKind => ({
  kind: "integer",
  minimum,
  maximum,
  unit,
});
const span = (unit: ParameterUnit, minimum: number, maximum: number): ParameterKind => ({
  kind: "duration",
  minimum,
  maximum,
  unit,
});
const number = (value: number): ParameterValue => ({ kind: "number", number: value });
const toggle: ParameterKind = { kind: "switch" };
const on: ParameterValue = { kind: "switch", on: true };
const off: ParameterValue = { kind: "switch", on: false };
const zones = [
  "UTC",
  "America/Bahia",
  "America/Manaus",
  "America/Sao_Paulo",
  "Europe/Berlin",
  "Europe/Lisbon",
  "Asia/Tokyo",
];

const parameterRows: Row[] = [
  ["lockAfterMinutes", "session", span("minutes", 0, 480), number(10)],
  ["lockOnSleep", "session", toggle, on],
  ["lockWithScreen", "session", toggle, on],
  ["codeAtSignIn", "session", toggle, on],
  // The users of the in-memory host include an auditor.
  ["rotateWhileLocked", "session", toggle, off],
  ["farewellBound", "session", span("seconds", 5, 300), number(30)],
  ["oneTimeValidity", "session", span("hours", 1, 720), number(72)],
  ["hideAfter", "secrets", span("seconds", 5, 600), number(30)],
  ["clearClipboardAfter", "secrets", span("seconds", 5, 600), number(30)],
  ["protectFromCapture", "secrets", toggle, on],
  ["revealNeedsJustification", "secrets", toggle, off],
  ["revealNeedsCode", "secrets", toggle, off],
  ["historyDepth", "secrets", count("versions", 5, 1000), number(100)],
  ["attempts", "rotation", count("attempts", 1, 10), number(3)],
  ["backOff", "rotation", span("seconds", 1, 3600), number(30)],
  ["longestBackOff", "rotation", span("seconds", 10, 86_400), number(900)],
  ["settle", "rotation", span("seconds", 26, 3600), number(45)],
  ["atOnce", "rotation", count("operations", 1, 100), number(20)],
  ["perDevice", "rotation", count("operations", 1, 8), number(1)],
  ["authenticatingAtOnce", "rotation", count("connections", 1, 9), number(8)],
  ["refusals", "rotation", count("attempts", 1, 5), number(2)],
  ["rest", "rotation", span("seconds", 60, 86_400), number(600)],
  ["lease", "rotation", span("seconds", 30, 600), number(60)],
  ["overdueAfter", "rotation", span("minutes", 1, 1440), number(15)],
  ["missedSpread", "policies", span("minutes", 1, 1440), number(60)],
  ["triggerRest", "policies", span("hours", 1, 720), number(24)],
  ["connectTimeout", "network", span("seconds", 1, 300), number(10)],
  ["readTimeout", "network", span("seconds", 26, 600), number(30)],
  ["decideNeedsPassword", "approvals", toggle, off],
  ["decideNeedsCode", "approvals", toggle, off],
  ["backupsDaily", "backups", count("backups", 1, 31), number(7)],
  ["backupsWeekly", "backups", count("backups", 0, 52), number(4)],
  ["backupsMonthly", "backups", count("backups", 0, 120), number(12)],
  ["closeToTray", "window", toggle, off],
  ["notify", "window", toggle, on],
  ["timeZone", "window", { kind: "choice", options: zones }, { kind: "text", text: "UTC" }],
];

export const seedParameters = (): ParameterView[] =>
  parameterRows.map(([key, group, kind, value]) => ({
    key,
    group,
    kind,
    value,
    default: value,
    defaultReason: key === "rotateWhileLocked" ? "somebodyLacksPasswords" : null,
    changedAt: null,
    changedBy: null,
  }));

const backupReasons: BackupView["reason"][] = ["daily", "byHand", "beforeRekey", "daily", "beforeMigration"];

export function seedBackup(index: number): BackupView {
  const madeAt = ago(180 + index * day);
  return {
    path: `/home/ana/Vaults/Infrastructure.vault/backups/Infrastructure ${madeAt.slice(0, 16).replace(":", "-")}.chaveiro-backup`,
    madeAt,
    reason: pick(backupReasons, index),
    sizeKibibytes: 4_812 - index * 7,
    auditEntries: 3_120 - index * 41,
    status: index === 1 ? "unchecked" : index === 2 ? "damaged" : "good",
  };
}

type Kind = Pick<AuditEntryView, "action" | "noun" | "objectLabel" | "changes" | "facts">;
const fact = (name: string, value: string) => ({ name, value });
const kinds: Kind[] = [
  {
    action: "credential.changed",
    noun: "credential",
    objectLabel: "root on srv-db-01",
    changes: [
      { field: "status", from: "inactive", to: "active", secret: false },
      { field: "tags", from: null, to: "production, linux", secret: false },
      { field: "password", from: null, to: null, secret: true },
    ],
    facts: [],
  },
  {
    action: "secret.revealed",
    noun: "credential",
    objectLabel: "deploy on srv-web-02",
    changes: [],
    facts: [fact("version", "4"), fact("justification", "Ticket 4711: disk full, console login")],
  },
  {
    action: "session.signedIn",
    noun: "vault",
    objectLabel: "Infrastructure",
    changes: [],
    facts: [fact("failures", "2")],
  },
  {
    action: "operation.ended",
    noun: "operation",
    objectLabel: "12",
    changes: [{ field: "state", from: "running", to: "succeeded", secret: false }],
    facts: [],
  },
  {
    action: "device.hostKeyAccepted",
    noun: "device",
    objectLabel: "fw-edge-01",
    changes: [],
    facts: [fact("algorithm", "ssh-ed25519")],
  },
  {
    action: "user.rolesChanged",
    noun: "user",
    objectLabel: "Bruno",
    changes: [{ field: "roles", from: "operator", to: "operator, approver", secret: false }],
    facts: [],
  },
  {
    action: "parameter.changed",
    noun: "parameter",
    objectLabel: "lockAfterMinutes",
    changes: [{ field: "value", from: "10", to: "5", secret: false }],
    facts: [],
  },
];

const hex = (index: number) => (index * 2_654_435_761).toString(16).padStart(16, "0").slice(-16).repeat(4);

export function seedAudit(index: number): AuditEntryView {
  const number = index + 1;
  const kind = pick(kinds, index);
  return {
    ...kind,
    number,
    at: ago(1_000_000 - number * 9),
    clockWasAhead: false,
    userName: kind.action === "operation.ended" ? null : pick(["Ana", "Bruno"], index),
    objectId: `o${index % 40}`,
    hash: hex(number),
    previous: hex(number - 1),
  };
}

export const auditCounts = { none: 0, three: 3, thousand: 1_000, many: 100_000 } satisfies Record<Size, number>;
export const userCounts = { none: 1, three: 3, thousand: 250, many: 250 } satisfies Record<Size, number>;
export const backupCounts = { none: 0, three: 3, thousand: 80, many: 80 } satisfies Record<Size, number>;
