// The requests and approvers of the invented vault: none, one of each kind, or very many; always the same ones.
import type {
  ApproversView,
  ChangeView,
  ConflictView,
  CredentialView,
  DecisionView,
  EmergencyView,
  RequestKind,
  RequestState,
  TaskView,
} from "../../bindings";
import { ago } from "./seed";
import type { Size } from "./size";

/** A request as the host stores it. */
export type StoredRequest = {
  id: string;
  code: number;
  action: RequestKind;
  state: RequestState;
  requesterId: string;
  requester: string;
  reason: string;
  tasks: TaskView[];
  requestedAt: string;
  validUntil: string;
  endedAt: string | null;
  decisions: DecisionView[];
  conflicts: ConflictView[];
  emergency: EmergencyView | null;
};

const day = 24 * 60;
const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;
export const requestCounts = { none: 0, three: 9, thousand: 1_000, many: 10_000 } satisfies Record<Size, number>;

const change = (field: ChangeView["field"], from: string, to: string): ChangeView => ({
  field,
  parts: [{ part: "value", from, to }],
});

function changesOf(action: RequestKind, credential: CredentialView): ChangeView[] {
  if (action === "inactivate") return [change("status", "active", "inactive")];
  if (action === "activate") return [change("status", "inactive", "active")];
  if (action === "expire") return [change("expiresAt", "", "2026-11-20T18:00:00Z")];
  const plain = [change("domain", credential.domain, "LAB"), change("tags", credential.tags.join(", "), "lab")];
  const execution: ChangeView = {
    field: "passwordChange",
    parts: [
      { part: "automaticChange", from: "false", to: "true" },
      { part: "template", from: "", to: "Linux – own account" },
    ],
  };
  return credential.id.endsWith("1") ? [...plain, execution] : plain;
}

const tasksOf = (action: RequestKind, credentials: CredentialView[]): TaskView[] =>
  action === "emergency"
    ? []
    : credentials.map((each) => ({
        credentialId: each.id,
        username: each.username,
        deviceName: each.deviceName,
        changes: action === "operations" ? [] : changesOf(action, each),
        refusal: null,
        flags: each.id === "c1" ? ["openOperation" as const] : [],
        operation:
          action === "operations"
            ? { id: `o-${each.id}`, type: "changePassword" as const, scheduledAt: "2026-11-22T22:00:00Z" }
            : null,
      }));

const kinds: [RequestKind, RequestState][] = [
  ["update", "awaitingApproval"],
  ["update", "applied"],
  ["inactivate", "conflict"],
  ["expire", "rejected"],
  ["update", "awaitingApproval"],
  ["activate", "expired"],
  ["update", "applied"],
  ["operations", "awaitingApproval"],
  ["emergency", "canceled"],
];
const reasons = [
  "The servers of the database team move to the lab domain.",
  "Ticket 4711",
  "Yearly review of accounts",
];

const decision = (approver: string, verdict: "approved" | "rejected", at: number): DecisionView => ({
  approverId: approver === "Ana" ? "u0" : "u2",
  approver,
  level: 1,
  verdict,
  reason: verdict === "rejected" ? "Two of these are still in use." : "",
  at: ago(at),
  signature: "valid",
  appointedByRequester: false,
});

export function seedRequest(index: number, credentials: CredentialView[]): StoredRequest {
  const [action, state] = pick(kinds, index);
  const all = credentials.slice(0, index === 0 ? 10_000 : 3 + (index % 8));
  const mine = index % 5 === 4;
  const tasks = tasksOf(action, all);
  const decided = state === "applied" || state === "conflict";
  const forged = index % 9 === 6;
  const [first] = tasks;
  return {
    id: `r${index}`,
    code: index + 1,
    action,
    state,
    requesterId: mine ? "u0" : "u1",
    requester: mine ? "Ana" : "Bruno",
    reason: pick(reasons, index),
    tasks,
    requestedAt: ago(40 + index * 55),
    validUntil: state === "awaitingApproval" ? ago(-day - (index % 50)) : ago(10),
    endedAt: state === "awaitingApproval" ? null : ago(20 + index * 55),
    decisions: [
      ...(decided && !forged ? [decision("Ana", "approved", 25 + index * 55)] : []),
      ...(forged ? [{ ...decision("Carla", "approved", 26), signature: "forged" as const }] : []),
      ...(state === "rejected" ? [decision("Ana", "rejected", 22 + index * 55)] : []),
    ],
    conflicts:
      state === "conflict" && first
        ? [
            {
              credentialId: first.credentialId,
              username: first.username,
              deviceName: first.deviceName,
              reason: "changed",
              field: "status",
              expected: "active",
              found: "inactive",
            },
            {
              credentialId: "x",
              username: "old",
              deviceName: "srv-old-09",
              reason: "gone",
              field: null,
              expected: "",
              found: "",
            },
          ]
        : [],
    emergency: forged
      ? { by: "Ana", justification: "The domain controller is down and nobody can be reached.", at: ago(20) }
      : null,
  };
}

export const seedApprovers = (people: { id: string; name: string; active: boolean }[]): ApproversView => ({
  people: people.map(({ id, name, active }, at) => ({ userId: id, name, level: at === 0 ? 1 : null, active })),
  levels: [1, 2, 3].map((level) => ({ level, needed: level === 1 ? 1 : 0 })),
  rejectionsToEnd: 1,
  validityMinutes: 4_320,
  operationTypes: ["changePassword", "certificatePublication", "taskManager"],
  operationsNeedingApproval: ["certificatePublication", "taskManager"],
  emergencyAllowed: false,
  emergencyRequestId: null,
  changedBy: "Ana",
  changedAt: ago(3 * day),
  version: 3,
});
