// What the lists show of the records, and why a credential cannot be changed now.
import type {
  CredentialFilter,
  CredentialRowView,
  CredentialView,
  DeviceRowView,
  DeviceView,
  NotChangeable,
  OperationRowView,
  OperationView,
} from "../bindings";
import { includes } from "./paging";
import type { Records } from "./seed";

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
    automaticChange: credential.execution.automaticChange,
    changedAt: credential.changedAt,
    notChangeable: notChangeable(records, credential),
    openOperationId: credential.openOperationId,
    updatedAt: credential.updatedAt,
  };
}

export function operationRow(operation: OperationView): OperationRowView {
  const { attemptList: _, nextAttemptAt: __, ...row } = operation;
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
      (filter.changeable !== true || notChangeable(records, each) === null),
  );
}
