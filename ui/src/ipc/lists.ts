// Generated from the Rust side by `cargo xtask bindings`. Do not edit.
import type {
  AttemptOutcome,
  AuditFormat,
  BatchAction,
  CharacterClass,
  CredentialStatus,
  Criticality,
  ExpirationRange,
  FailureCode,
  OperationState,
  OperationType,
  PasswordType,
  PeriodUnit,
  PolicyField,
  PolicyStatus,
  RequestKind,
  RequestState,
  ReviewTab,
  Role,
  SyncState,
  Theme,
  TriggerKind,
  UserStatus,
  Weekday,
} from "./bindings";

export const attemptOutcomes: readonly AttemptOutcome[] = [
  "running",
  "succeeded",
  "failed",
];

export const auditFormats: readonly AuditFormat[] = [
  "csv",
  "jsonLines",
  "cef",
];

export const batchActions: readonly BatchAction[] = [
  "update",
  "inactivate",
  "activate",
  "expire",
];

export const characterClasses: readonly CharacterClass[] = [
  "upper",
  "lower",
  "digit",
  "symbol",
];

export const credentialStatuses: readonly CredentialStatus[] = [
  "active",
  "inactive",
];

export const criticalities: readonly Criticality[] = [
  "low",
  "medium",
  "high",
];

export const expirationRanges: readonly ExpirationRange[] = [
  "expired",
  "week",
  "month",
  "quarter",
  "never",
];

export const failureCodes: readonly FailureCode[] = [
  "unreachable",
  "timedOut",
  "throttled",
  "deviceBusy",
  "connectionLost",
  "protocolRefused",
  "authenticationFailed",
  "accountLocked",
  "accessRefused",
  "passwordRefused",
  "changedTooSoon",
  "hostKeyUnknown",
  "hostKeyChanged",
  "promptMissing",
  "unexpectedText",
  "commandFailed",
  "templateInvalid",
  "valueMissing",
  "passwordExpired",
  "interactionNeeded",
  "interrupted",
  "notProven",
  "outOfSync",
  "notApproved",
  "notConfigured",
  "secretAltered",
  "accessNotAllowed",
  "strengthUnusable",
  "notSupported",
];

export const operationStates: readonly OperationState[] = [
  "awaitingApproval",
  "scheduled",
  "running",
  "succeeded",
  "error",
  "canceled",
  "expired",
];

export const operationTypes: readonly OperationType[] = [
  "changePassword",
  "childPasswordChange",
  "reconciliation",
  "passwordVerification",
];

export const passwordTypes: readonly PasswordType[] = [
  "localUser",
  "localAdministrator",
  "domainUser",
];

export const periodUnits: readonly PeriodUnit[] = [
  "hours",
  "days",
];

export const policyFields: readonly PolicyField[] = [
  "username",
  "device",
  "type",
  "manufacturer",
  "model",
  "site",
  "domain",
  "tags",
  "passwordType",
];

export const policyStatuses: readonly PolicyStatus[] = [
  "withinPolicy",
  "overdue",
  "inError",
  "outOfSync",
  "withoutPolicy",
  "neverChanged",
  "notVerified",
];

export const requestKinds: readonly RequestKind[] = [
  "update",
  "inactivate",
  "activate",
  "expire",
  "operations",
  "emergency",
];

export const requestStates: readonly RequestState[] = [
  "awaitingApproval",
  "applied",
  "rejected",
  "canceled",
  "expired",
  "conflict",
];

export const reviewTabs: readonly ReviewTab[] = [
  "changed",
  "refused",
  "unchanged",
];

export const roles: readonly Role[] = [
  "administrator",
  "operator",
  "approver",
  "auditor",
];

export const syncStates: readonly SyncState[] = [
  "noPassword",
  "notVerified",
  "inSync",
  "checking",
  "outOfSync",
];

export const themes: readonly Theme[] = [
  "system",
  "light",
  "dark",
];

export const triggerKinds: readonly TriggerKind[] = [
  "period",
  "view",
  "expiry",
  "verification",
];

export const userStatuses: readonly UserStatus[] = [
  "active",
  "disabled",
  "invited",
];

export const weekdays: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];
