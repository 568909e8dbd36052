// Every code that the host can send has a text in both languages: a code without one does not compile.
import type {
  AuditBreak,
  AuditFormat,
  BackupReason,
  BackupStatus,
  BatchAction,
  BatchField,
  BatchFlag,
  BlockReason,
  CannotDecide,
  CommandError,
  ConflictReason,
  CredentialStatus,
  Criticality,
  DecisionStatus,
  ExecutorState,
  FailureCode,
  IntegrityStatus,
  Language,
  LockReason,
  NotChangeable,
  NotReconcilable,
  OperationAction,
  OperationOrigin,
  OperationState,
  OperationStep,
  OperationType,
  ParameterGroup,
  ParameterUnit,
  PasswordType,
  PolicyField,
  PolicyStatus,
  RecoveryStatus,
  RefusalReason,
  RequestAction,
  RequestIntegrity,
  RequestKind,
  RequestState,
  ReviewTab,
  Role,
  RotationReason,
  Rule,
  SecretOrigin,
  SecretVersionState,
  StrengthHint,
  SyncService,
  SyncState,
  TaskPhase,
  Theme,
  TranscriptLineView,
  UserStatus,
  Verdict,
  VerificationResult,
} from "../ipc";
import en from "./en.json";
import portuguese from "./pt-BR.json";

type Text = string;
/** The texts of an error: the message, and the advice. */
type ErrorText = { message: Text; recovery: Text };
type ErrorTextWithCount = { message_one: Text; message_other: Text; recovery: Text };

for (const words of [en, portuguese]) {
  words.errors satisfies Record<Exclude<CommandError["code"], "deviceInUse" | "strengthInUse">, ErrorText> & {
    deviceInUse: ErrorTextWithCount;
    strengthInUse: ErrorTextWithCount;
  };
  words.failures satisfies Record<FailureCode, ErrorText>;
  words.rules satisfies Record<Rule["name"], Text>;
  words.batch.actions satisfies Record<BatchAction, Text>;
  words.batch.actionTexts satisfies Record<BatchAction, Text>;
  words.batch.appliesTo satisfies Record<BatchAction, Text>;
  words.batch.pick satisfies Record<BatchAction, Text>;
  words.batch.flags satisfies Record<BatchFlag, Text>;
  words.batch.flagTexts satisfies Record<BatchFlag, Text>;
  words.batch.shows satisfies Record<ReviewTab, Text>;
  words.batch.reviewEmpty satisfies Record<ReviewTab, Text>;
  words.requests.actions satisfies Record<RequestKind, Text>;
  words.requests.states satisfies Record<RequestState, Text>;
  words.requests.fields satisfies Record<BatchField, Text>;
  words.requests.refusals satisfies Record<RefusalReason, Text>;
  words.requests.verdicts satisfies Record<Verdict, Text>;
  words.requests.signatures satisfies Record<Exclude<DecisionStatus, "valid">, Text>;
  words.requests.integrity satisfies Record<Exclude<RequestIntegrity, "sound">, Text>;
  words.requests.notMine satisfies Record<CannotDecide, Text>;
  words.requests.conflictReasons satisfies Record<ConflictReason, Text>;
  words.requests.doings satisfies Record<RequestAction, Text>;
  words.notChangeable satisfies Record<NotChangeable, Text>;
  words.operations.states satisfies Record<OperationState, Text>;
  words.operations.steps satisfies Record<OperationStep, Text>;
  words.operations.actions satisfies Record<OperationAction, Text>;
  words.operations.types satisfies Record<OperationType, Text>;
  words.operations.directions satisfies Record<TranscriptLineView["direction"], Text>;
  words.credentials.types satisfies Record<PasswordType, Text>;
  words.credentials.statuses satisfies Record<CredentialStatus, Text>;
  words.credentials.syncs satisfies Record<SyncState, Text>;
  words.devices.criticalities satisfies Record<Criticality, Text>;
  words.credentials.standings satisfies Record<PolicyStatus, Text>;
  words.notReconcilable satisfies Record<NotReconcilable, Text>;
  words.operations.holds satisfies Record<BlockReason, Text>;
  words.operations.origins satisfies Record<OperationOrigin, Text>;
  words.policies.fields satisfies Record<PolicyField, Text>;
  words.rotation.reasons satisfies Record<RotationReason["code"], { remedy: Text }>;
  words.verification.results satisfies Record<VerificationResult, Text>;
  words.start.strengthHints satisfies Record<StrengthHint, Text>;
  words.session.lockedBy satisfies Record<LockReason, Text>;
  words.session.executor satisfies Record<ExecutorState, Text>;
  words.session.services satisfies Record<SyncService, Text>;
  words.kit.standings satisfies Record<RecoveryStatus, Text>;
  words.users.roleNames satisfies Record<Role, Text>;
  words.users.roleTexts satisfies Record<Role, Text>;
  words.users.statuses satisfies Record<UserStatus, Text>;
  words.parameters.groups satisfies Record<ParameterGroup, Text>;
  words.parameters.units satisfies Record<`${ParameterUnit}_${"one" | "other"}`, Text>;
  words.vault.integrityStandings satisfies Record<IntegrityStatus, Text>;
  words.backups.reasons satisfies Record<BackupReason, Text>;
  words.backups.standings satisfies Record<BackupStatus, Text>;
  words.task.phases satisfies Record<TaskPhase, Text>;
  words.audit.breaks satisfies Record<AuditBreak, Text>;
  words.audit.formats satisfies Record<AuditFormat, Text>;
  words.secrets.states satisfies Record<SecretVersionState, Text>;
  words.secrets.stateTexts satisfies Record<SecretVersionState, Text>;
  words.secrets.origins satisfies Record<SecretOrigin, Text>;
  words.frame.themes satisfies Record<Theme, Text>;
  words.frame.languages satisfies Record<Language, Text>;
}

portuguese satisfies typeof en;
