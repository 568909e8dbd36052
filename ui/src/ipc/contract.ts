// The Executions module as the host will speak of it: what is here takes the place of what `bindings.ts` has under the same
// name, until the generated bindings hold all of it.

import type {
  ChangeRequestedView,
  CredentialSort,
  CredentialStatus,
  FailureClass,
  IdRequest,
  NotChangeable,
  AttemptView as OldAttemptView,
  CommandError as OldCommandError,
  CredentialFilter as OldCredentialFilter,
  CredentialRowView as OldCredentialRowView,
  CredentialSaveRequest as OldCredentialSaveRequest,
  CredentialView as OldCredentialView,
  ExecutionSettingsView as OldExecutionSettingsView,
  FailureCode as OldFailureCode,
  Noun as OldNoun,
  OperationRowView as OldOperationRowView,
  OperationStep as OldOperationStep,
  Rule as OldRule,
  OperationSort,
  OperationState,
  PasswordType,
  SyncState,
} from "./bindings";
import { commands as generated, events as generatedEvents } from "./bindings";

// ───────────────────────────────────────────────────────── replaced and widened types
export type FailureCode = OldFailureCode | "notConfigured";
export type OperationStep = OldOperationStep | "closing" | "verifying";
export type AttemptView = Omit<OldAttemptView, "step" | "failure"> & {
  step: OperationStep;
  failure: FailureCode | null;
};

/**  A kind of record. */
export type Noun = OldNoun | "policy" | "strength" | "savedFilter";

/**  What an operation does. This version runs the first four; all of them can be filtered by. */
export type OperationType =
  | "changePassword"
  | "childPasswordChange"
  | "reconciliation"
  | "passwordVerification"
  | "credentialActivation"
  | "credentialInactivation"
  | "userCreation"
  | "userDeletion"
  | "groupCreation"
  | "groupDeletion"
  | "userAddedToGroup"
  | "userRemovedFromGroup"
  | "ephemeralCredentialCreation"
  | "ephemeralCredentialRemoval"
  | "sshKeyRotation"
  | "certificatePublication"
  | "secretManagementAutomation"
  | "taskManager"
  | "cloudAccessKeyRotation";

/**  What may be done with an operation. `reconcile` makes a new one. */
export type OperationAction = "runNow" | "cancel" | "restart" | "reconcile";

/**  Why there is an operation. */
export type OperationOrigin = "person" | "period" | "view" | "expiry" | "verification" | "parent" | "autorun";

/**  Why a scheduled operation that is due does not run. */
export type OperationHold =
  | "everythingPaused"
  | "policyPaused"
  | "credentialPaused"
  | "waitsForOperator"
  | "deviceResting"
  | "deviceBusy"
  | "exclusionGroup"
  | "credentialBusy";

/**  A rule of a form. */
export type Rule =
  | OldRule
  /**  The chain of parents would come back to where it began; the names on the way. */
  | { name: "cycle"; path: string }
  /**  The minimums together are more than the length allows. */
  | { name: "minimumsExceedLength"; maximum: number }
  /**  The smallest is above the largest. */
  | { name: "aboveMaximum"; maximum: number }
  /**  No character is left to choose from. */
  | { name: "nothingLeft" }
  /**  A plugin allows no such password. */
  | { name: "pluginLimit"; plugin: string; maximum: number }
  /**  The hours are no window: not HH:MM, or from and to are the same. */
  | { name: "invalidWindow" }
  /**  The credential that is named is inactive. */
  | { name: "inactiveCredential" };

/**  Why a credential cannot be reconciled now. */
export type NotReconcilable =
  | "notEnabled"
  | "noCredential"
  | "credentialInactive"
  | "noPassword"
  | "noTemplate"
  | "noHostKey"
  | "inactive"
  | "openOperation";

/**  Why a command was refused. */
export type CommandError =
  | Exclude<OldCommandError, { code: "invalid" | "notFound" | "illegalState" }>
  | { code: "invalid"; problems: Problem[] }
  | { code: "notFound"; noun: Noun }
  | { code: "illegalState"; state: OperationState; action: OperationAction }
  /**  The credential cannot be reconciled. */
  | { code: "notReconcilable"; reason: NotReconcilable }
  /**  Policies use the strength. */
  | { code: "strengthInUse"; policies: number }
  /**  What came with the program cannot be deleted. */
  | { code: "builtIn" }
  /**  The file could not be written. */
  | { code: "fileNotWritten"; path: string };

export type Problem = { field: string; rule: Rule };
export type RecordsChanged = { noun: Noun; ids: string[] };

/**  Why something rests: who said so, when, and why. */
export type PauseView = { reason: string; by: string; at: string };

// ───────────────────────────────────────────────────────── credentials
/**  What a verification told. */
export type VerificationResult = "confirmed" | "refused" | "couldNotCheck";

/**  How a credential stands to its policy. */
export type CredentialStanding =
  | "withinPolicy"
  | "overdue"
  | "inError"
  | "outOfSync"
  | "withoutPolicy"
  | "neverChanged";

export type CredentialFilter = OldCredentialFilter & {
  standing: CredentialStanding | null;
  policyId: string | null;
  paused: boolean | null;
};
export type CredentialListRequest = {
  filter: CredentialFilter;
  sort: CredentialSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type Selection =
  | { kind: "ids"; ids: string[] }
  | { kind: "matching"; filter: CredentialFilter; except: string[] };
export type ChangeRequest = { selection: Selection; scheduledAt: string | null };

export type CredentialRowView = OldCredentialRowView & {
  verification: VerificationResult | null;
  verifiedAt: string | null;
  paused: boolean;
  expiresAt: string | null;
  nextDueAt: string | null;
  notVerifiable: NotChangeable | null;
};
export type CredentialPage = { rows: CredentialRowView[]; next: string | null; total: number };

/**  What password a child gets when its parent's changed. */
export type ChildPassword = "same" | "own";

/**  How a password is set again when the stored one no longer works. */
export type ReconciliationSettingsView = {
  enabled: boolean;
  autorun: boolean;
  credentialId: string | null;
  credentialLabel: string | null;
  pluginId: string | null;
  templateId: string | null;
};
export type ExecutionSettingsView = OldExecutionSettingsView & {
  parentCredentialId: string | null;
  parentCredentialLabel: string | null;
  childPassword: ChildPassword;
  exclusionGroup: string;
  reconciliation: ReconciliationSettingsView;
};
/**  Problems at: execution.parentCredentialId (cycle), execution.reconciliation.credentialId / pluginId / templateId, execution.exclusionGroup. */
export type CredentialSaveRequest = Omit<OldCredentialSaveRequest, "execution"> & { execution: ExecutionSettingsView };
export type CredentialView = Omit<OldCredentialView, "execution"> & {
  execution: ExecutionSettingsView;
  verification: VerificationResult | null;
  verifiedAt: string | null;
  pause: PauseView | null;
  expiresAt: string | null;
  notVerifiable: NotChangeable | null;
  notReconcilable: NotReconcilable | null;
};

/**  Why a credential is not changed by itself; in the order in which they have to be cleared away. */
export type RotationReason =
  | { code: "inactive" }
  | { code: "automaticChangeOff" }
  | { code: "notChangeable"; reason: NotChangeable }
  /**  No person has changed it successfully yet. */
  | { code: "neverRequested" }
  | { code: "noPolicy" }
  | { code: "noTrigger"; policy: string }
  | { code: "everythingPaused"; pause: PauseView }
  | { code: "policyPaused"; policy: string; pause: PauseView }
  | { code: "credentialPaused"; pause: PauseView }
  | { code: "outOfSync" }
  | { code: "checking" }
  | { code: "lastFailed"; failure: FailureCode; operationId: string; operationCode: number }
  | { code: "verificationRefused"; at: string }
  | { code: "openOperation"; operationId: string; operationCode: number; state: OperationState }
  | { code: "waitsForOperator" }
  | { code: "windowClosed"; until: string };

/**  A criterion of a policy, and what the credential has. `field` as in `PolicyCriteriaView`. */
export type CriterionView = { field: PolicyField; pattern: string; value: string; matches: boolean };
export type PolicyField =
  | "username"
  | "device"
  | "type"
  | "manufacturer"
  | "model"
  | "site"
  | "domain"
  | "tags"
  | "passwordType";
export type PolicyStanding = "applies" | "lowerPriority" | "laterName" | "doesNotMatch";
/**  One policy, and whether it applies to the credential. */
export type PolicyReasonView = {
  policyId: string;
  policyName: string;
  priority: number;
  standing: PolicyStanding;
  criteria: CriterionView[];
};
/**  What makes a credential due next. */
export type DueKind = "period" | "view" | "expiry" | "verification";
export type DueView = { kind: DueKind; at: string };
/**  Which policy applies and why, when it rotates next, or why it does not. */
export type CredentialRotationView = {
  reasons: RotationReason[];
  due: DueView[];
  policies: PolicyReasonView[];
};

/**  One place of a chain of credentials. The first row is the root; children follow their parent, depth first. */
export type ChainNodeView = {
  id: string;
  parentId: string | null;
  depth: number;
  username: string;
  deviceName: string;
  status: CredentialStatus;
  sync: SyncState;
  childPassword: ChildPassword | null;
  changedAt: string | null;
  operationId: string | null;
  operationState: OperationState | null;
  step: OperationStep | null;
  problem: NotChangeable | null;
};
export type ChainView = { nodes: ChainNodeView[] /**  Whether there are more than 500. */; truncated: boolean };

export type CredentialPauseRequest = { selection: Selection /**  Why; required. */; reason: string };
export type CredentialResumeRequest = { selection: Selection };
export type CountView = { count: number };
export type VerifyRequest = { selection: Selection; scheduledAt: string | null };
export type ReconcileRequest = {
  credentialId: string /**  The one that failed; null: asked for at the credential. */;
  operationId: string | null;
  scheduledAt: string | null;
};

// ───────────────────────────────────────────────────────── operations and attempts
/**  Which operations; everything that is set must hold. Texts are words in the field, without regard to case. */
export type OperationFilter = {
  text: string | null;
  code: number | null;
  username: string | null;
  device: string | null;
  manufacturer: string | null;
  model: string | null;
  website: string | null;
  tags: string[];
  states: OperationState[];
  types: OperationType[];
  requester: string | null;
  scheduledFrom: string | null;
  scheduledTo: string | null;
  executedFrom: string | null;
  executedTo: string | null;
  credentialId: string | null;
  deviceId: string | null;
  late: boolean | null;
};
export type OperationListRequest = {
  filter: OperationFilter;
  sort: OperationSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type OperationRowView = Omit<OldOperationRowView, "type" | "actions" | "step" | "failure"> & {
  step: OperationStep | null;
  failure: FailureCode | null;
  type: OperationType;
  actions: OperationAction[];
  origin: OperationOrigin;
  templateName: string | null;
  templateVersion: number | null;
  message: string | null;
  hold: OperationHold | null;
  immediate: boolean;
};
/**  Another operation that belongs to this one. */
export type OperationLinkView = {
  id: string;
  code: number;
  type: OperationType;
  username: string;
  deviceName: string;
  state: OperationState;
};
export type OperationView = OperationRowView & {
  nextAttemptAt: string | null;
  attemptList: AttemptView[];
  parent: OperationLinkView | null;
  children: OperationLinkView[];
  candidateSent: boolean;
};
export type OperationPage = { rows: OperationRowView[]; next: string | null; total: number };

/**  Values to filter by, as they are in the vault; at most 200 of each. */
export type OperationChoicesView = {
  manufacturers: string[];
  models: string[];
  websites: string[];
  tags: string[];
  requesters: string[];
};

/**  One action on several operations. */
export type OperationActRequest = { action: "runNow" | "cancel" | "restart"; ids: string[] };
export type OperationRefusedView = { id: string; code: number; state: OperationState };
export type OperationActedView = { done: string[]; refused: OperationRefusedView[] };

/**  How an attempt ended. */
export type AttemptOutcome = "running" | "succeeded" | "failed";
/**  Which attempts. The executed range of `operation` is about the attempt's own begin. */
export type AttemptFilter = { operation: OperationFilter; outcomes: AttemptOutcome[]; failures: FailureCode[] };
export type AttemptSort = "started" | "code" | "username" | "device" | "ended";
export type AttemptListRequest = {
  filter: AttemptFilter;
  sort: AttemptSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type AttemptRowView = {
  id: string;
  operationId: string;
  operationCode: number;
  number: number;
  type: OperationType;
  credentialId: string;
  username: string;
  deviceId: string;
  deviceName: string;
  requester: string;
  outcome: AttemptOutcome;
  step: OperationStep;
  class: FailureClass | null;
  failure: FailureCode | null;
  message: string | null;
  templateName: string;
  templateVersion: number;
  startedAt: string;
  endedAt: string | null;
};
export type AttemptPage = { rows: AttemptRowView[]; next: string | null; total: number };
/**  One attempt and the operation that it is of. */
export type AttemptDetailView = { attempt: AttemptView; operation: OperationRowView };

/**  A filter of one of the lists. */
export type ListFilter = { list: "operations"; filter: OperationFilter } | { list: "attempts"; filter: AttemptFilter };
export type FilteredList = "operations" | "attempts";
export type SavedFilterListRequest = { list: FilteredList };
export type SavedFilterView = { id: string; name: string; filter: ListFilter };
/**  Those of the person who sits at the window; kept in the vault, because they name accounts and devices. */
export type SavedFiltersView = {
  saved: SavedFilterView[] /**  What the list was filtered by when it was last left. */;
  last: ListFilter | null;
};
/**  Problems at: name (required, tooLong, duplicate). */
export type SavedFilterSaveRequest = { id: string | null; name: string; filter: ListFilter };
export type FilterRememberRequest = { filter: ListFilter };

/**  Writes what the list holds to a file that the system's dialogue asks for. */
export type OperationExportRequest = { filter: OperationFilter; sort: OperationSort; descending: boolean };
export type AttemptExportRequest = { filter: AttemptFilter; sort: AttemptSort; descending: boolean };
export type ExportedView = { path: string; rows: number };

// ───────────────────────────────────────────────────────── policies
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
/**  Hours of some weekdays, HH:MM in the vault's time zone; to before from reaches into the next day; 24:00 is midnight's end. */
export type WindowView = { weekdays: Weekday[]; from: string; to: string };
export type PeriodUnit = "hours" | "days";
/**  Windows: none means at any time. */
export type PeriodTriggerView = { every: number; unit: PeriodUnit; windows: WindowView[] };
export type ViewTriggerView = { delayMinutes: number; windows: WindowView[] };
export type ExpiryTriggerView = { lifetimeDays: number; windows: WindowView[] };
export type TriggersView = {
  period: PeriodTriggerView | null;
  view: ViewTriggerView | null;
  expiry: ExpiryTriggerView | null;
  verification: PeriodTriggerView | null;
};
/**  Texts may hold * and ?; empty: anything. All must match. */
export type PolicyCriteriaView = {
  username: string;
  device: string;
  type: string;
  manufacturer: string;
  model: string;
  site: string;
  domain: string /**  Every one of them. */;
  tags: string[] /**  One of these; empty: any. */;
  passwordTypes: PasswordType[];
};
/**  Null: what the parameters say. */
export type PolicyOverridesView = {
  attempts: number | null;
  backOffSeconds: number | null;
  connectTimeoutSeconds: number | null;
  readTimeoutSeconds: number | null;
};
export type PolicyFilter = { text: string | null; strengthId: string | null; paused: boolean | null };
export type PolicySort = "priority" | "name" | "updated";
export type PolicyListRequest = {
  filter: PolicyFilter;
  sort: PolicySort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type TriggerKind = "period" | "view" | "expiry" | "verification";
export type PolicyRowView = {
  id: string;
  name: string;
  priority: number;
  strengthId: string;
  strengthName: string;
  triggers: TriggersView;
  criteria: PolicyCriteriaView;
  paused: boolean /**  To how many it applies. */;
  credentials: number;
  updatedAt: string;
};
export type PolicyPage = { rows: PolicyRowView[]; next: string | null; total: number };
/**  Problems at: name, strengthId, priority, triggers.period.every, triggers.period.windows.0.from (…), criteria.username (…), overrides.attempts (…). */
export type PolicySaveRequest = {
  id: string | null;
  name: string;
  priority: number;
  strengthId: string;
  criteria: PolicyCriteriaView;
  triggers: TriggersView;
  overrides: PolicyOverridesView;
};
export type PolicyView = {
  id: string;
  name: string;
  priority: number;
  strengthId: string;
  strengthName: string;
  criteria: PolicyCriteriaView;
  triggers: TriggersView;
  overrides: PolicyOverridesView;
  pause: PauseView | null;
  credentials: number;
  createdAt: string;
  updatedAt: string;
};
/**  Null: none applies. */
export type PolicyMoveView = {
  credentialId: string;
  username: string;
  deviceName: string;
  from: string | null;
  to: string | null;
};
/**  What saving would do. */
export type PolicyPreviewView = {
  /**  To how many it would apply. */ applies: number /**  How many come to it from another policy or from none. */;
  gained: number /**  How many leave it. */;
  lost: number /**  At most 50 of both. */;
  moves: PolicyMoveView[];
};
export type PolicyPauseRequest = { id: string; reason: string };

// ───────────────────────────────────────────────────────── strengths
export type CharacterClass = "upper" | "lower" | "digit" | "symbol";
export type StrengthRulesView = {
  minimumLength: number;
  maximumLength: number;
  upper: number | null;
  lower: number | null;
  digits: number | null;
  symbols: number | null;
  allowedSymbols: string;
  forbidden: string;
  firstCharacter: CharacterClass[];
  maximumRepeats: number | null;
  avoidLookAlikes: boolean;
  historyDepth: number;
};
export type StrengthFilter = { text: string | null };
export type StrengthSort = "name" | "bits" | "updated";
export type StrengthListRequest = {
  filter: StrengthFilter;
  sort: StrengthSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type StrengthRowView = {
  id: string;
  name: string;
  builtIn: boolean;
  rules: StrengthRulesView /**  Binary logarithm of the number of possible passwords. */;
  bits: number;
  policies: number;
  updatedAt: string;
};
export type StrengthPage = { rows: StrengthRowView[]; next: string | null; total: number };
export type StrengthView = {
  id: string;
  name: string;
  builtIn: boolean;
  rules: StrengthRulesView;
  policies: number;
  createdAt: string;
  updatedAt: string;
};
/**  Problems at: name, rules.minimumLength (…). */
export type StrengthSaveRequest = { id: string | null; name: string; rules: StrengthRulesView };
export type StrengthEstimateRequest = { rules: StrengthRulesView };
/**  What a plugin allows, and whether the strength has passwords that it takes. */
export type PluginLimitView = {
  pluginId: string;
  pluginName: string;
  maximumLength: number | null;
  forbidden: string /**  Why none fits; null: some do. */;
  problem: Rule | null;
};
export type StrengthEstimateView = {
  possible: string;
  bits: number;
  samples: string[];
  problems: Problem[];
  limits: PluginLimitView[];
};

// ───────────────────────────────────────────────────────── home, reports, the executor
export type HomeFiguresView = {
  credentials: number;
  withinPolicy: number;
  overdue: number;
  inError: number;
  outOfSync: number;
  withoutPolicy: number;
  neverChanged: number;
};
/**  What is to come: a scheduled operation, or what a trigger will schedule. */
export type UpcomingView = {
  at: string;
  operationId: string | null;
  operationCode: number | null;
  credentialId: string;
  username: string;
  deviceName: string;
  type: OperationType;
  origin: OperationOrigin;
};
/**  How much falls into an hour. */
export type TimelineHourView = { from: string; count: number };
/**  What downtime left undone and is spread over the time to come. */
export type MissedView = { count: number; until: string };
export type HomeView = {
  figures: HomeFiguresView;
  running: OperationRowView[];
  runningTotal: number;
  next: UpcomingView[];
  timeline: TimelineHourView[];
  missed: MissedView | null;
  late: number;
  lateSince: string | null;
  approvals: number | null;
  failures: OperationRowView[];
};

/**  When a password expires. */
export type ExpirationRange = "expired" | "week" | "month" | "quarter" | "never";
export type ExpirationFilter = { text: string | null; policyId: string | null; range: ExpirationRange | null };
export type ExpirationSort = "expires" | "username" | "device" | "changed";
export type ExpirationListRequest = {
  filter: ExpirationFilter;
  sort: ExpirationSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type ExpirationRowView = {
  credentialId: string;
  username: string;
  deviceName: string;
  policyId: string | null;
  policyName: string | null;
  changedAt: string | null;
  expiresAt: string | null;
  nextDueAt: string | null;
  standing: CredentialStanding;
};
export type ExpirationPage = { rows: ExpirationRowView[]; next: string | null; total: number };
export type ExpirationExportRequest = { filter: ExpirationFilter; sort: ExpirationSort; descending: boolean };

/**  How the executor stands. */
export type RotationStatusView = {
  pause: PauseView | null /**  Nobody who holds the passwords' key is signed in. */;
  waitsForOperator: boolean;
  running: number /**  The vault's, IANA. */;
  timeZone: string;
};
export type RotationPauseRequest = { reason: string };
/**  The executor was paused or resumed, or began or ceased to wait. */
export type TimeZoneRequest = { timeZone: string };
export type RotationChanged = RotationStatusView;
/**  A reconciliation is over. */
export type ReconciliationEnded = {
  operationId: string;
  code: number;
  credentialId: string;
  username: string;
  deviceName: string;
  succeeded: boolean;
  failure: FailureCode | null;
};

// ───────────────────────────────────────────────────────── commands and events
type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: CommandError }>;

export type ExecutionCommands = {
  credentialRotation: (request: IdRequest) => Answer<CredentialRotationView>;
  credentialChain: (request: IdRequest) => Answer<ChainView>;
  credentialPause: (request: CredentialPauseRequest) => Answer<CountView>;
  credentialResume: (request: CredentialResumeRequest) => Answer<CountView>;
  credentialReconcile: (request: ReconcileRequest) => Answer<OperationRowView>;
  operationRequestVerification: (request: VerifyRequest) => Answer<ChangeRequestedView>;
  operationChoices: () => Answer<OperationChoicesView>;
  operationAct: (request: OperationActRequest) => Answer<OperationActedView>;
  operationExport: (request: OperationExportRequest) => Answer<ExportedView | null>;
  attemptList: (request: AttemptListRequest) => Answer<AttemptPage>;
  attemptGet: (request: IdRequest) => Answer<AttemptDetailView>;
  attemptExport: (request: AttemptExportRequest) => Answer<ExportedView | null>;
  savedFilterList: (request: SavedFilterListRequest) => Answer<SavedFiltersView>;
  savedFilterSave: (request: SavedFilterSaveRequest) => Answer<SavedFilterView>;
  savedFilterDelete: (request: IdRequest) => Answer<null>;
  filterRemember: (request: FilterRememberRequest) => Answer<null>;
  policyList: (request: PolicyListRequest) => Answer<PolicyPage>;
  policyGet: (request: IdRequest) => Answer<PolicyView>;
  policyPreview: (request: PolicySaveRequest) => Answer<PolicyPreviewView>;
  policySave: (request: PolicySaveRequest) => Answer<PolicyView>;
  policyDelete: (request: IdRequest) => Answer<null>;
  policyPause: (request: PolicyPauseRequest) => Answer<PolicyView>;
  policyResume: (request: IdRequest) => Answer<PolicyView>;
  strengthList: (request: StrengthListRequest) => Answer<StrengthPage>;
  strengthGet: (request: IdRequest) => Answer<StrengthView>;
  strengthEstimate: (request: StrengthEstimateRequest) => Answer<StrengthEstimateView>;
  strengthSave: (request: StrengthSaveRequest) => Answer<StrengthView>;
  strengthDelete: (request: IdRequest) => Answer<null>;
  homeGet: () => Answer<HomeView>;
  expirationList: (request: ExpirationListRequest) => Answer<ExpirationPage>; // expiration_list
  expirationExport: (request: ExpirationExportRequest) => Answer<ExportedView | null>;
  rotationStatus: () => Answer<RotationStatusView>;
  rotationPause: (request: RotationPauseRequest) => Answer<RotationStatusView>;
  rotationResume: () => Answer<RotationStatusView>;
  rotationSetTimeZone: (request: TimeZoneRequest) => Answer<RotationStatusView>;
};

type Generated = typeof generated;
type Kept = {
  [N in keyof Generated]: (
    ...request: Parameters<Generated[N]>
  ) => Answer<Extract<Awaited<ReturnType<Generated[N]>>, { status: "ok" }>["data"]>;
};
export type Commands = Omit<
  Kept,
  "credentialList" | "credentialGet" | "credentialSave" | "operationList" | "operationGet" | "operationRequestChange"
> &
  ExecutionCommands & {
    credentialList: (request: CredentialListRequest) => Answer<CredentialPage>;
    credentialGet: (request: IdRequest) => Answer<CredentialView>;
    credentialSave: (request: CredentialSaveRequest) => Answer<CredentialView>;
    operationList: (request: OperationListRequest) => Answer<OperationPage>;
    operationGet: (request: IdRequest) => Answer<OperationView>;
    operationRequestChange: (request: ChangeRequest) => Answer<ChangeRequestedView>;
  };

type Listening<T> = { listen(callback: (event: { payload: T }) => void): Promise<() => void> };
export type Events = {
  recordsChanged: Listening<RecordsChanged>;
  vaultLocked: Listening<typeof generatedEvents.vaultLocked extends Listening<infer T> ? T : never>;
  rotationChanged: Listening<RotationChanged>;
  reconciliationEnded: Listening<ReconciliationEnded>;
};

export const commands = generated as unknown as Commands;
const silent = { listen: () => Promise.resolve(() => {}) };
export const events: Events = {
  rotationChanged: silent,
  reconciliationEnded: silent,
  ...(generatedEvents as unknown as Pick<Events, "recordsChanged" | "vaultLocked">),
};
export type * from "./bindings";
