// The rows of the lists, and the reasons why a credential cannot be changed now.
import type {
  CredentialFilter,
  CredentialRowView,
  CredentialView,
  DeviceRowView,
  DeviceView,
  NotChangeable,
  NotReconcilable,
  OperationRowView,
  OperationView,
  PolicyStatus,
  PolicyView,
} from "../bindings";
import { includes } from "./paging";
import type { Records } from "./seed/seed";

export function notChangeable(records: Records, credential: CredentialView): NotChangeable | null {
  const { execution } = credential;
  if (credential.status === "inactive") return "inactive";
  if (!execution.automaticChange) return "noAutomaticChange";
  if (!execution.templateId) return "noTemplate";
  if (!credential.hasPassword) return "noPassword";
  if (!execution.connectWithOwn && !execution.accessCredentialId) return "noAccessCredential";
  if (!records.devices.get(credential.deviceId)?.hostKey) return "noHostKey";
  return credential.openOperationId ? "openOperation" : null;
}

/**
 * Returns the reason why a credential cannot be verified. A verification needs less than a change: a way to log in and
 * a password.
 */
export function notVerifiable(records: Records, credential: CredentialView): NotChangeable | null {
  const reason = notChangeable(records, credential);
  return reason === "noAutomaticChange" ? null : reason;
}

export function notReconcilable(records: Records, credential: CredentialView): NotReconcilable | null {
  const { reconciliation } = credential.execution;
  const privileged = records.credentials.get(reconciliation.credentialId ?? "");
  if (credential.status === "inactive") return "inactive";
  if (!reconciliation.enabled) return "notEnabled";
  if (!privileged) return "noCredential";
  if (privileged.status === "inactive") return "credentialInactive";
  if (!privileged.hasPassword) return "noPassword";
  if (!reconciliation.templateId) return "noTemplate";
  if (!records.devices.get(credential.deviceId)?.hostKey) return "noHostKey";
  return credential.openOperationId ? "openOperation" : null;
}

const wild = (pattern: string, value: string) =>
  pattern === "" ||
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".")}$`,
    "i",
  ).test(value);

/** Returns each criterion that a policy sets, and whether the credential meets it. */
export function criteriaOf(records: Records, policy: Pick<PolicyView, "criteria">, credential: CredentialView) {
  const { criteria } = policy;
  const device = records.devices.get(credential.deviceId);
  const texts = (
    [
      ["username", credential.username],
      ["device", credential.deviceName],
      ["type", device?.type ?? ""],
      ["manufacturer", device?.manufacturer ?? ""],
      ["model", device?.model ?? ""],
      ["site", device?.site ?? ""],
      ["domain", credential.domain],
    ] as const
  )
    .filter(([field]) => criteria[field] !== "")
    .map(([field, value]) => ({
      field,
      pattern: criteria[field],
      value,
      matches: wild(criteria[field], value),
    }));
  const tags = [...credential.tags, ...(device?.tags ?? [])];
  return [
    ...texts,
    ...(criteria.tags.length > 0
      ? [
          {
            field: "tags" as const,
            pattern: criteria.tags.join(", "),
            value: tags.join(", "),
            matches: criteria.tags.every((tag) => tags.includes(tag)),
          },
        ]
      : []),
    ...(criteria.passwordTypes.length > 0
      ? [
          {
            field: "passwordType" as const,
            pattern: criteria.passwordTypes.join(", "),
            value: credential.passwordType,
            matches: criteria.passwordTypes.includes(credential.passwordType),
          },
        ]
      : []),
  ];
}

export function policyOf(
  records: Records,
  credential: CredentialView,
  policies = [...records.policies.values()],
): PolicyView | null {
  const fitting = policies.filter((each) => criteriaOf(records, each, credential).every(({ matches }) => matches));
  return fitting.sort((a, b) => b.priority - a.priority || a.name.localeCompare(b.name))[0] ?? null;
}

export function policyStatusOf(records: Records, credential: CredentialView): PolicyStatus {
  if (credential.sync === "outOfSync") return "outOfSync";
  if (credential.verification === "refused") return "inError";
  if (credential.passwordOrigin !== "generated") return "neverChanged";
  if (!policyOf(records, credential)) return "withoutPolicy";
  if (credential.sync !== "inSync") return "notVerified";
  return credential.expiresAt && Date.parse(credential.expiresAt) < Date.now() ? "overdue" : "withinPolicy";
}

export function nextDueOf(records: Records, credential: CredentialView): string | null {
  const period = policyOf(records, credential)?.triggers.period;
  if (!period || !credential.changedAt) return null;
  const hours = period.every * (period.unit === "days" ? 24 : 1);
  return new Date(Date.parse(credential.changedAt) + hours * 3_600_000).toISOString();
}

export function deviceRow(device: DeviceView): DeviceRowView {
  const { hostKey, connectivities, website: _, domain: __, createdAt: ___, ...row } = device;
  return { ...row, port: connectivities[0]?.port ?? 22, hostKeyPinned: hostKey !== null };
}

export function credentialRow(records: Records, credential: CredentialView): CredentialRowView {
  const { id, username, deviceId, deviceName, passwordType, domain, tags, status, hasPassword, sync } = credential;
  return {
    id,
    username,
    deviceId,
    deviceName,
    deviceAddress: records.devices.get(deviceId)?.address ?? "",
    passwordType,
    domain,
    tags,
    status,
    hasPassword,
    sync,
    provenAt: credential.provenAt,
    automaticChange: credential.execution.automaticChange,
    changedAt: credential.changedAt,
    passwordOrigin: credential.passwordOrigin,
    notChangeable: notChangeable(records, credential),
    openOperationId: credential.openOperationId,
    updatedAt: credential.updatedAt,
    verification: credential.verification,
    verifiedAt: credential.verifiedAt,
    paused: credential.pause !== null,
    expiresAt: credential.expiresAt,
    nextDueAt: nextDueOf(records, credential),
    notVerifiable: notVerifiable(records, credential),
  };
}

export function operationRow(operation: OperationView): OperationRowView {
  const {
    attemptList: _,
    nextAttemptAt: __,
    parent: ___,
    children: ____,
    candidateSent: _____,
    noAutorun: ______,
    ...row
  } = operation;
  return row;
}

export function matching(records: Records, filter: CredentialFilter): CredentialView[] {
  return [...records.credentials.values()].filter(
    (each) =>
      includes(filter.text, each.username, each.deviceName, each.domain) &&
      (!filter.deviceId || each.deviceId === filter.deviceId) &&
      (!filter.passwordType || each.passwordType === filter.passwordType) &&
      (!filter.status || each.status === filter.status) &&
      (!filter.sync || each.sync === filter.sync) &&
      (!filter.tag || each.tags.includes(filter.tag)) &&
      (!filter.policyStatus || policyStatusOf(records, each) === filter.policyStatus) &&
      (!filter.policyId || policyOf(records, each)?.id === filter.policyId) &&
      (filter.paused === null || (each.pause !== null) === filter.paused) &&
      (filter.changeable !== true || notChangeable(records, each) === null),
  );
}
