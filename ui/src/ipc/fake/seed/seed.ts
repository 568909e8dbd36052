// The records of an invented vault: none, three of each, or very many; always the same ones.
import type {
  CredentialView,
  DeviceView,
  OperationOrigin,
  OperationType,
  OperationView,
  PauseView,
  PluginView,
  PolicyView,
  SavedFiltersView,
  StrengthView,
  SyncState,
  TemplateView,
} from "../../bindings";
import { seedPolicies, seedStrengths } from "../rules";
import type { Size } from "./size";
import { ago } from "./times";

export { ago, now } from "./times";

export type Records = {
  devices: Map<string, DeviceView>;
  credentials: Map<string, CredentialView>;
  operations: Map<string, OperationView>;
  passwords: Map<string, string>;
  plugins: PluginView[];
  templates: TemplateView[];
  policies: Map<string, PolicyView>;
  strengths: Map<string, StrengthView>;
  savedFilters: Record<"operations" | "attempts", SavedFiltersView>;
  pause: PauseView | null;
  timeZone: string;
};

const counts = { none: 0, three: 3, thousand: 20, many: 2_000 } satisfies Record<Size, number>;
const credentialsPerDevice = { none: 0, three: 1, thousand: 50, many: 50 } satisfies Record<Size, number>;

/** Makes a text that looks like a fingerprint and depends only on its seed. */
export function inventedFingerprint(seed: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let state = 7;
  for (const letter of seed) state = (state * 31 + letter.charCodeAt(0)) % 2_147_483_647;
  let text = "";
  for (let index = 0; index < 43; index++) {
    state = (state * 48_271) % 2_147_483_647;
    text += alphabet[state % 64];
  }
  return `SHA256:${text}`;
}

const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;

const plugins: PluginView[] = [
  { id: "ssh", name: "SSH", defaultPort: 22, transports: ["plain"], identity: "hostKey", fields: [] },
];
const template = (id: string, name: string, connects: "own" | "access"): TemplateView => ({
  id,
  pluginId: "ssh",
  name,
  version: 3,
  connects,
  source: 'exec "passwd"\nexpect "New password:"\nexec "[#NEW_PASSWORD#]"',
});
const templates = [
  template("t-own", "Linux – own account", "own"),
  template("t-root", "Linux – by an administrator", "access"),
];

const deviceNames = ["srv-db-01", "srv-web-02", "fw-edge-01"];
const types = ["Linux server", "Linux server", "Network device", "Database"];
const sites = ["São Paulo – DC 1", "Lisboa", "Frankfurt"];

export function seedDevice(index: number): DeviceView {
  const name = deviceNames[index] ?? `host-${String(index).padStart(5, "0")}.internal.example`;
  const network = name.startsWith("fw");
  return {
    id: `d${index}`,
    name,
    address: `10.${(index >> 8) % 256}.${index % 256}.10`,
    type: network ? "Network device" : pick(types, index),
    manufacturer: network ? "Fortinet" : pick(["Debian", "Red Hat", "Dell"], index),
    model: network ? "FortiGate 60F" : pick(["12 bookworm", "RHEL 9", "PowerEdge R650"], index),
    website: index % 3 === 0 ? `https://${name}.example` : "",
    site: pick(sites, index),
    domain: index % 4 === 1 ? "corp.example" : "",
    tags: pick([["production", "database"], ["production"], ["edge", "pci", "24x7"], []], index),
    criticality: pick(["high", "medium", "low"] as const, index),
    connectivities: [{ plugin: "ssh", port: index % 5 === 4 ? 2222 : 22, transport: "plain", fields: {} }],
    hostKey:
      index % 7 === 2
        ? null
        : {
            kind: "hostKey",
            algorithm: "ssh-ed25519",
            fingerprint: inventedFingerprint(`d${index}`),
            acceptedBy: "Ana",
            acceptedAt: ago(60 * 24 * 30),
          },
    credentials: 0,
    createdAt: ago(60 * 24 * 90),
    updatedAt: ago(60 * (index % 500)),
  };
}

const usernames = ["root", "deploy", "admin", "postgres", "backup", "svc-monitor"];

export function seedCredential(index: number, device: DeviceView): CredentialView {
  const username = index < 3 ? (usernames[index] as string) : `${pick(usernames, index)}${Math.floor(index / 6)}`;
  const own = index % 3 !== 1;
  const inactive = index > 2 && index % 11 === 5;
  const open = false;
  return {
    id: `c${index}`,
    username,
    deviceId: device.id,
    deviceName: device.name,
    passwordType: pick(["localAdministrator", "localUser", "domainUser"] as const, index),
    domain: index % 3 === 2 ? "CORP" : "",
    additionalInformation: index === 0 ? "Break-glass account. Ask the database team before use." : "",
    tags: pick([["production"], [], ["database", "pci"]], index),
    status: inactive ? "inactive" : "active",
    execution: {
      automaticChange: !(index > 2 && index % 9 === 7),
      pluginId: "ssh",
      templateId: own ? "t-own" : "t-root",
      connectWithOwn: own,
      accessCredentialId: own ? null : "c0",
      accessCredentialLabel: own ? null : "root on srv-db-01",
      parentCredentialId: index === 1 ? "c0" : index === 2 ? "c1" : null,
      parentCredentialLabel: index === 1 ? "root on srv-db-01" : index === 2 ? "deploy on srv-web-02" : null,
      childPassword: index === 2 ? "own" : "same",
      exclusionGroup: index === 0 ? "database pair" : "",
      reconciliation: {
        enabled: index % 3 === 1,
        autorun: index % 6 === 1,
        credentialId: index % 3 === 1 ? "c0" : null,
        credentialLabel: index % 3 === 1 ? "root on srv-db-01" : null,
        pluginId: index % 3 === 1 ? "ssh" : null,
        templateId: index % 3 === 1 ? "t-root" : null,
      },
    },
    pause:
      index === 2
        ? { reason: "Firmware is being replaced this week", by: "Bruno", at: ago(60 * 26) }
        : index % 40 === 39
          ? { reason: "Audit", by: "Ana", at: ago(90) }
          : null,
    expiresAt: index % 6 === 5 ? null : ago(60 * (3 + (index % 700)) - 60 * 24 * 21),
    notVerifiable: null,
    notReconcilable: null,
    hasPrivateKey: index % 5 === 0,
    ...seedProof(index),
    notChangeable: null,
    openOperationId: open ? "" : null,
    createdAt: ago(60 * 24 * 80),
    updatedAt: ago(60 * (index % 300)),
  };
}

/** Makes the state of a password: proven by a change, entered by a person, none at all, and the cases between. */
function seedProof(index: number) {
  const at = ago(60 * (3 + (index % 700)));
  const hasPassword = !(index > 2 && index % 13 === 8);
  if (!hasPassword)
    return {
      hasPassword,
      sync: "noPassword" as const,
      provenAt: null,
      verification: null,
      verifiedAt: null,
      changedAt: null,
      passwordOrigin: null,
    };
  const entered = index % 6 === 5;
  const unproven = entered && index % 12 === 5;
  const sync = index % 17 === 1 ? "outOfSync" : index % 29 === 14 ? "checking" : unproven ? "notVerified" : "inSync";
  const result = pick(["confirmed", "refused", "confirmed", "couldNotCheck"] as const, index);
  return {
    hasPassword,
    sync: sync as SyncState,
    provenAt: sync === "inSync" ? at : null,
    verification: unproven ? null : index % 4 === 3 ? ("confirmed" as const) : result,
    verifiedAt: unproven ? null : index % 4 === 3 ? at : ago(60 * (5 + (index % 90))),
    changedAt: at,
    passwordOrigin: entered ? ("entered" as const) : ("generated" as const),
  };
}

const operationTypes: OperationType[] = [
  "changePassword",
  "childPasswordChange",
  "passwordVerification",
  "changePassword",
  "reconciliation",
];

const typeOf = (index: number): OperationType => (index < 2 ? "changePassword" : pick(operationTypes, index + 1));

function originOf(type: OperationType, index: number): OperationOrigin {
  if (type === "childPasswordChange") return "parent";
  if (type === "reconciliation") return index % 2 ? "autorun" : "person";
  if (type === "passwordVerification") return index % 2 ? "verification" : "person";
  return pick(["person", "period", "view", "expiry"] as const, Math.floor(index / 3));
}

const finished = [
  "succeeded",
  "error",
  "succeeded",
  "canceled",
  "succeeded",
  "expired",
  "awaitingApproval",
  "scheduled",
] as const;
const failed = ["passwordRefused", "unreachable", "authenticationFailed", "outOfSync"] as const;

const conversation: OperationView["attemptList"][number]["transcript"] = [
  { direction: "sent", text: "passwd", atMilliseconds: 240 },
  { direction: "received", text: "Current password: ", atMilliseconds: 261 },
  { direction: "sent", text: "********", atMilliseconds: 262 },
  { direction: "received", text: "New password: ", atMilliseconds: 301 },
  { direction: "sent", text: "********", atMilliseconds: 302 },
];

export function seedOperation(index: number, credential: CredentialView): OperationView {
  const state = index === 0 ? "succeeded" : index === 1 ? "error" : index === 2 ? "scheduled" : pick(finished, index);
  const ran = state === "succeeded" || state === "error";
  const failure = state === "error" ? pick(failed, Math.floor(index / 2)) : null;
  const started = ago(30 + index * 7);
  const ended = ago(29.9 + index * 7);
  return {
    id: `o${index}`,
    code: index + 1,
    type: typeOf(index),
    origin: index < 2 ? "person" : originOf(typeOf(index), index),
    templateName: "Linux – own account",
    templateVersion: 3,
    message: failure === "passwordRefused" ? "BAD PASSWORD: The password is too similar to the old one" : null,
    hold: state === "scheduled" && index % 5 === 2 ? "credentialPaused" : null,
    immediate: false,
    parent: null,
    children: [],
    candidateSent: failure === "outOfSync",
    noAutorun: failure === "authenticationFailed" && index % 2 === 0 ? "notRefused" : null,
    credentialId: credential.id,
    username: credential.username,
    deviceId: credential.deviceId,
    deviceName: credential.deviceName,
    state,
    step: null,
    requester: pick(["Ana", "Bruno"], index),
    scheduledAt: state === "scheduled" ? ago(-180 - index) : ago(31 + index * 7),
    startedAt: ran ? started : null,
    endedAt: state === "scheduled" || state === "awaitingApproval" ? null : ended,
    attempts: ran ? 1 : 0,
    failure,
    actions:
      state === "scheduled"
        ? ["runNow", "cancel"]
        : state === "error"
          ? ["restart", "reconcile"]
          : state === "awaitingApproval"
            ? ["cancel"]
            : [],
    nextAttemptAt: null,
    attemptList: ran
      ? [
          {
            number: 1,
            templateName: "Linux – own account",
            templateVersion: 3,
            startedAt: started,
            endedAt: ended,
            step: failure === "unreachable" ? "prepared" : failure === "passwordRefused" ? "marked" : "applied",
            class:
              failure === null
                ? null
                : failure === "passwordRefused"
                  ? "rejected"
                  : failure === "unreachable"
                    ? "transient"
                    : failure === "outOfSync"
                      ? "uncertain"
                      : "denied",
            failure,
            deviceWords:
              failure === "passwordRefused"
                ? "passwd: Have exhausted maximum number of retries for service\nBAD PASSWORD: The password is too similar to the old one"
                : null,
            expected: failure === "passwordRefused" ? "passwd: password updated successfully" : null,
            transcript: [
              { direction: "note", text: `connected to ${credential.deviceName}`, atMilliseconds: 212 },
              ...conversation,
            ],
          },
        ]
      : [],
  };
}

export function seed(size: Size): Records {
  const devices = Array.from({ length: counts[size] }, (_, index) => seedDevice(index));
  const credentials = devices.flatMap((device, at) =>
    Array.from({ length: credentialsPerDevice[size] }, (_, offset) =>
      seedCredential(at * credentialsPerDevice[size] + offset, device),
    ),
  );
  const operations = credentials.map((credential, index) => seedOperation(index, credential));
  const [parent, child] = operations;
  if (parent && child) {
    const linkOf = ({ id, code, type, username, deviceName, state }: OperationView) => ({
      id,
      code,
      type,
      username,
      deviceName,
      state,
    });
    parent.children = [linkOf(child)];
    child.parent = linkOf(parent);
  }
  const byId = <T extends { id: string }>(all: T[]) => new Map(all.map((each) => [each.id, each]));
  return {
    devices: byId(devices),
    credentials: byId(credentials),
    operations: byId(operations),
    passwords: new Map(
      credentials.filter((each) => each.hasPassword).map((each) => [each.id, `k7#Rv0-${each.id}=Qm2xL`]),
    ),
    plugins,
    templates,
    policies: byId(seedPolicies(size)),
    strengths: byId(seedStrengths(size)),
    savedFilters: { operations: { saved: [], last: null }, attempts: { saved: [], last: null } },
    pause: null,
    timeZone: "America/Sao_Paulo",
  };
}
