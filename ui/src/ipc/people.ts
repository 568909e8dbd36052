// What the window asks about people, keys, the audit trail and settings: the shapes of the commands beside the generated
// ones. When `bindings.ts` has them all, this file goes with `contract.ts`.
import type { IdRequest, Language, RecentVaultView, Role, Theme } from "./bindings";
import type { CommandError, ExportedView } from "./contract";

// Commands.

/** `ok`/`error` as `typedError` answers. */
type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: CommandError }>;

export type PeopleCommands = {
  // --- start, session (no open session needed unless said) ---
  /**  `StartView` knows of a locked vault. */
  appStart: () => Answer<StartView>;
  /**  with the key file. Also at a locked window: same path, anybody's name. Forced password: see `SessionView.limit`. */
  vaultUnlock: (request: VaultUnlockRequest) => Answer<SessionView>;
  /**  Unlocks with the key that this desktop's key store keeps. */
  vaultUnlockDesktop: (request: VaultUserRequest) => Answer<SessionView>;
  /**  Creates a vault (as before) and seats its founder. */
  vaultCreate: (request: VaultCreateRequest) => Answer<SessionView>;
  /**  Whether a cloud client keeps a folder in sync; asked while the folder is being chosen. */
  folderCheck: (request: FolderCheckRequest) => Answer<FolderCheckView>;
  /**  The system's dialogue for a file; null when it was dismissed. */
  filePick: (request: FilePickRequest) => Answer<string | null>;
  /**  What is known of a vault that is damaged, newest good backup first. */
  vaultDamage: (request: VaultPathRequest) => Answer<DamageView>;
  /**  Opens with the recovery kit's words; nobody is seated yet. */
  recoveryOpen: (request: RecoveryOpenRequest) => Answer<RecoveryOpenedView>;
  /**  The new password of the chosen Administrator; seats them. Only after `recoveryOpen`. */
  recoverySetPassword: (request: RecoverySetPasswordRequest) => Answer<SessionView>;
  /**  Lets go of what `recoveryOpen` opened. */
  recoveryLeave: () => Answer<null>;
  /**  The forced new password (`limit` = "mustSetPassword"); answers the full session. */
  sessionSetPassword: (request: SessionSetPasswordRequest) => Answer<SessionView>;
  /**  Who sits here now. Error `locked` when nobody does. */
  sessionGet: () => Answer<SessionView>;
  /**  Somebody moved the mouse or typed; sent at most every 20 s. Keeps the auto-lock away. */
  sessionActivity: () => Answer<null>;
  /**  locks; answers what the locked screen needs. */
  vaultLock: () => Answer<LockedView>;
  /**  Drops every key and parks the queue. Answers when it is done; `signingOut` events tell what it waits for. */
  sessionSignOut: () => Answer<null>;
  /**  What the executor does. Allowed at a locked window. */
  executorGet: () => Answer<ExecutorView>;
  /**  Takes one warning off the session, for good: an accepted rollback, a folder that is meant to be synced. */
  warningDismiss: (request: WarningDismissRequest) => Answer<SessionView>;

  // --- users (ReadUsers / WriteUsers) ---
  userList: (request: UserListRequest) => Answer<UserPage>;
  userGet: (request: IdRequest) => Answer<UserView>;
  /**  Adds a person; the one-time password is in the answer and never again. */
  userAdd: (request: UserAddRequest) => Answer<OneTimePasswordView>;
  /**  Name and roles. Demoting one who held the secrets key re-keys (task `rekey`). */
  userSave: (request: UserSaveRequest) => Answer<UserView>;
  /**  A new one-time password; the old one and their second factor stop working. */
  userResetPassword: (request: IdRequest) => Answer<OneTimePasswordView>;
  /**  Re-keys the secrets where they held the key (task `rekey`). */
  userDisable: (request: IdRequest) => Answer<UserView>;
  userEnable: (request: IdRequest) => Answer<UserView>;
  /**  Re-keys (task `rekey`). */
  userRemove: (request: IdRequest) => Answer<null>;

  // --- own account (anybody who is signed in) ---
  accountGet: () => Answer<AccountView>;
  accountChangePassword: (request: AccountChangePasswordRequest) => Answer<AccountView>;
  /**  Makes a secret; not active before the first code was confirmed. */
  accountTotpBegin: (request: ConfirmRequest) => Answer<TotpSetupView>;
  accountTotpConfirm: (request: TotpConfirmRequest) => Answer<AccountView>;
  accountTotpRemove: (request: ConfirmRequest) => Answer<AccountView>;
  /**  Makes a new random key file at the path and requires it from now on. `filePick` purpose `saveKeyFile` chose the path. */
  accountKeyFileMake: (request: KeyFileRequest) => Answer<AccountView>;
  accountKeyFileRemove: (request: ConfirmRequest) => Answer<AccountView>;
  accountDesktopEnable: (request: ConfirmRequest) => Answer<AccountView>;
  accountDesktopForget: () => Answer<AccountView>;

  // --- parameters (ReadParameters / WriteParameters) ---
  /**  All of them, in the order of the table, groups together. */
  parameterList: () => Answer<ParameterView[]>;
  parameterSave: (request: ParameterSaveRequest) => Answer<ParameterView>;
  parameterReset: (request: ParameterKeyRequest) => Answer<ParameterView>;

  // --- vault settings (WriteVault) ---
  vaultGet: () => Answer<VaultView>;
  /**  Makes or replaces the recovery kit. `password` (own) is needed only when one is replaced. The kit is not stored anywhere. */
  recoveryMake: (request: RecoveryMakeRequest) => Answer<RecoveryKitView>;
  /**  Two of the words, typed back. Error `recoveryWordWrong` names the first wrong position. */
  recoveryCheck: (request: RecoveryCheckRequest) => Answer<VaultView>;
  /**  New database key and new secrets key (task `rekey`). */
  vaultRekey: (request: ConfirmRequest) => Answer<VaultView>;
  /**  Measures this machine (about two seconds) and proposes parameters for about the asked time; nothing is stored. */
  keyParametersCalibrate: (request: CalibrateRequest) => Answer<KeyParametersView>;
  /**  Stored for the vault; each person's slot follows at their next sign-in, the caller's now. Never below the floor. */
  keyParametersSave: (request: KeyParametersSaveRequest) => Answer<VaultView>;
  /**  Every backup found in the vault's backup folder, newest first. */
  backupList: () => Answer<BackupView[]>;
  /**  `folder` null: the vault's own backup folder. Task `backup`. */
  backupMake: (request: BackupMakeRequest) => Answer<BackupView>;
  /**  Opens it, checks every page, walks the audit trail, decrypts every secret; changes nothing. Task `drill`. */
  backupDrill: (request: BackupPathRequest) => Answer<DrillView>;
  /**  Into a new vault folder, never over an existing one. Also without a session (damaged vault, new machine). Task `restore`. */
  backupRestore: (request: BackupRestoreRequest) => Answer<RecentVaultView>;
  /**  Checks every page of the open vault. Task `integrity`. */
  integrityRun: () => Answer<IntegrityView>;
  /**  Asks a running task to stop; it then fails with `canceled`. Not for `rekey`. */
  taskCancel: (request: TaskRequest) => Answer<null>;

  // --- audit (ReadAudit; export: ExportReports) ---
  auditList: (request: AuditListRequest) => Answer<AuditPage>;
  auditGet: (request: AuditEntryRequest) => Answer<AuditEntryView>;
  /**  What the filters offer: every name, action and kind of object that occurs. */
  auditChoices: () => Answer<AuditChoicesView>;
  /**  Task `auditVerify`. */
  auditVerify: () => Answer<AuditVerdictView>;
  /**  Asks for the place in the system's dialogue; null when it was dismissed. Task `auditExport`. */
  auditExport: (request: AuditExportRequest) => Answer<ExportedView | null>;

  // --- secrets (RevealSecrets) ---
  /**  with justification and code where the session says that they are needed. */
  secretReveal: (request: SecretRevealRequest) => Answer<SecretView>;
  secretCopy: (request: SecretRevealRequest) => Answer<SecretCopiedView>;
  /**  Every version of the credential's secrets, newest first; no values. (ReadCredentials) */
  secretHistory: (request: IdRequest) => Answer<SecretVersionView[]>;
  secretVersionReveal: (request: SecretVersionRevealRequest) => Answer<SecretView>;
  secretVersionCopy: (request: SecretVersionRevealRequest) => Answer<SecretCopiedView>;
  /**  Copies what the page was given to show once (a one-time password, an authenticator's secret); cleared as any secret is. */
  onceCopy: (request: OnceCopyRequest) => Answer<SecretCopiedView>;
  /**  The system's folder dialogue, for more purposes. */
  folderPick: (request: FolderPickRequest) => Answer<string | null>;
};

/** The kinds of record beside those of `contract.ts`. */
export type PeopleNoun = "user" | "parameter" | "backup" | "vault" | "auditEntry" | "secretVersion";

// Events.

export type PeopleEvents = {
  /**  Locked by hand, by idleness, by sleep; carries what the locked screen says. */
  vaultLocked: VaultLocked;
  /**  `signed-out`: the vault is closed; the window goes to the start screen. */
  signedOut: SignedOut;
  /**  `signing-out`: what the sign-out still waits for. */
  signingOut: SigningOut;
  /**  `session-changed`: roles, parameters, warnings or the recovery state changed; the whole view anew. */
  sessionChanged: SessionChanged;
  /**  `executor-changed`. Also while locked. */
  executorChanged: ExecutorChanged;
  /**  `task-progress`: of long work, at most ten a second. */
  taskProgress: TaskProgress;
  /**  `vault-damaged`: found while the vault was open; it is read-only from now on. `session-changed` follows. */
  vaultDamageFound: VaultDamageFound;
};

export type VaultLocked = { locked: LockedView };
export type SignedOut = Record<string, never>;
export type SigningOut = { waitingFor: RunningOperationView[] };
export type SessionChanged = { session: SessionView };
export type ExecutorChanged = { executor: ExecutorView };
export type TaskProgress = {
  task: Task;
  /**  What is being done now. */
  phase: TaskPhase;
  /**  Done so far. */
  done: number;
  /**  Of how many; null: not known. */
  total: number | null;
};
export type VaultDamageFound = { path: string };

// Errors.
export type PeopleCommandError =
  /**  The name, the password or the key file is wrong. */
  | { code: "wrongPassword" }
  /**  Too many failures: sign-in rests. */
  | { code: "signInRests"; seconds: number }
  /**  The one-time password has run out; an Administrator can reset it. */
  | { code: "oneTimePasswordExpired" }
  /**  An Administrator disabled this user (told only after the right password). */
  | { code: "userDisabled" }
  /**  The new password must differ from the one-time one / the current one. */
  | { code: "samePassword" }
  /**  A code from the authenticator is needed. */
  | { code: "codeNeeded" }
  /**  The code is wrong or was used before. */
  | { code: "wrongCode" }
  /**  A reason must be given to see a password. */
  | { code: "justificationNeeded" }
  /**  The session may do nothing before a password was chosen. */
  | { code: "mustSetPassword" }
  /**  The desktop has no key store that answers. */
  | { code: "keyStoreMissing" }
  /**  This desktop holds no key for that user (any more). */
  | { code: "desktopKeyMissing" }
  /**  The last active Administrator cannot be removed, disabled or demoted. */
  | { code: "lastAdministrator" }
  /**  Nobody removes, disables or demotes themselves. */
  | { code: "ownUser" }
  /**  A role or key in the file carries no valid signature. Nothing was opened. */
  | { code: "forgedGrant"; userName: string }
  /**  Somebody lowered the key parameters in the file. Nothing was tried. */
  | { code: "weakKeyParameters" }
  /**  The words are not the recovery kit of this vault. */
  | { code: "wrongRecoveryWords" }
  /**  A word that no recovery kit has; position from 1. */
  | { code: "recoveryWordUnknown"; position: number }
  /**  A word that was typed back wrong; position from 1. */
  | { code: "recoveryWordWrong"; position: number }
  /**  There is no recovery kit. */
  | { code: "recoveryMissing" }
  /**  The backup cannot be read or does not prove itself. */
  | { code: "backupDamaged"; path: string }
  /**  The backup is not there. */
  | { code: "backupMissing"; path: string }
  /**  The backup was made under an earlier key: restore it and open it with the password of then. */
  | { code: "backupOtherKey"; path: string }
  /**  A file could not be read. */
  | { code: "fileUnreadable"; path: string }
  /**  A file of this name exists; nothing is overwritten. */
  | { code: "fileExists"; path: string }
  /**  Such work runs already. */
  | { code: "taskRuns"; task: Task }
  /**  The task was stopped by the user; nothing of it stays. */
  | { code: "canceled" }
  /**  Nobody has signed in who holds the secrets key. */
  | { code: "operatorNeeded" };

// Start and session.

export type StartView = {
  version: string;
  recentVaults: RecentVaultView[];
  suggestedFolder: string;
  theme: Theme;
  language: Language | null;
  /**  Who sits at the window, if anyone does. */
  session: SessionView | null;
  /**  A vault that is open with its window locked. */
  locked: LockedView | null;
  /**  For each recent vault (same order): whether this desktop holds a key for the user named there. No key store is asked. */
  desktopKeys: boolean[];
};

export type VaultUnlockRequest = { path: string; userName: string; password: string; keyFile: string | null };
export type VaultUserRequest = { path: string; userName: string };
export type VaultPathRequest = { path: string };
export type VaultCreateRequest = { folder: string; name: string; userName: string; password: string };

/**  Every action of the permission table, camelCase of `Action`. */
export type Permission =
  | "readDevices"
  | "writeDevices"
  | "readCredentials"
  | "writeCredentials"
  | "revealSecrets"
  | "readOperations"
  | "writeOperations"
  | "readPolicies"
  | "writePolicies"
  | "readUsers"
  | "writeUsers"
  | "readParameters"
  | "writeParameters"
  | "writeApprovers"
  | "readVault"
  | "writeVault"
  | "readAudit"
  | "exportReports"
  | "requestBatches"
  | "readBatches"
  | "decide"
  | "applyInEmergency";

export type SessionView = {
  vaultName: string;
  vaultPath: string;
  userId: string;
  userName: string;
  roles: Role[];
  /**  What may be done, the roles together; the window hides the rest. On a read-only vault: without what writes. */
  permitted: Permission[];
  readOnly: boolean;
  /**  Why; null when it can be written. */
  readOnlyReason: ReadOnlyReason | null;
  /**  Set: nothing but this may be done. */
  limit: SessionLimit | null;
  /**  The vault's recovery kit. */
  recovery: RecoveryStanding;
  /**  What stands between a person and a password. */
  reveal: RevealRules;
  /**  Minutes of idleness until the window locks; 0: never. */
  lockAfterMinutes: number;
  executor: ExecutorView;
  warnings: VaultWarning[];
};
export type ReadOnlyReason = "newerVersion" | "damaged" | "folder" | "diskFull";
export type SessionLimit = "mustSetPassword";
export type RecoveryStanding = "none" | "unchecked" | "checked";
export type RevealRules = {
  /**  A reason must be typed. */
  justification: boolean;
  /**  A code of the authenticator must be typed. True also when the person has none yet: `secretReveal` then fails with `codeNeeded`. */
  code: boolean;
  /**  Whether the person has an authenticator. */
  hasTotp: boolean;
  hideAfterSeconds: number;
  clearAfterSeconds: number;
};

export type VaultWarning =
  /**  This desktop has seen a newer state of the vault than this file holds. */
  | { kind: "rolledBack"; seen: AuditHeadView; found: AuditHeadView }
  /**  The trail went two ways: what this desktop saw is not part of it. */
  | { kind: "forked"; seen: AuditHeadView; found: AuditHeadView }
  /**  A cloud client synchronises the folder. */
  | { kind: "syncedFolder"; service: SyncService }
  /**  Damage was found; newest good backup. */
  | { kind: "damaged"; newestGood: BackupView | null }
  /**  No good backup in so many days. */
  | { kind: "backupOld"; days: number };
export type WarningKind = "rolledBack" | "forked" | "syncedFolder" | "damaged" | "backupOld";
export type WarningDismissRequest = { kind: WarningKind };
/**  A state of the vault, by its audit trail. */
export type AuditHeadView = {
  entries: number;
  /**  First 16 hex digits. */
  hash: string;
  /**  Of its last entry. */
  at: string;
};
export type SyncService =
  | "dropbox"
  | "oneDrive"
  | "googleDrive"
  | "iCloud"
  | "nextcloud"
  | "ownCloud"
  | "syncthing"
  | "other";

export type LockedView = {
  vaultName: string;
  vaultPath: string;
  /**  Who sat here. */
  userName: string;
  lockedAt: string;
  reason: LockReason;
  /**  The key of that person is in this desktop's key store. */
  desktopKey: boolean;
  executor: ExecutorView;
};
export type LockReason = "person" | "idle" | "sleep";

export type ExecutorView = {
  state: ExecutorState;
  /**  Operations running now. */
  running: number;
  /**  Due and waiting. */
  waiting: number;
};
export type ExecutorState =
  /**  Holds the secrets key and works. */
  | "working"
  /**  Nobody with the secrets key has unlocked since start. */
  | "waitingForOperator"
  /**  Somebody paused everything. */
  | "paused"
  /**  The parameter says: not while locked. */
  | "restingWhileLocked"
  /**  The vault can only be read. */
  | "off";
export type RunningOperationView = { code: number; label: string; step: import("./bindings").OperationStep | null };

export type FolderCheckRequest = { folder: string };
export type FolderCheckView = { service: SyncService | null; writable: boolean };
export type FilePickRequest = { purpose: FilePurpose };
export type FilePurpose = "keyFile" | "saveKeyFile" | "backup";
export type DamageView = {
  path: string;
  vaultName: string /** Newest first, good ones only. */;
  backups: BackupView[];
  suggestedFolder: string;
};
export type RecoveryOpenRequest = { path: string; words: string };
export type RecoveryOpenedView = {
  vaultName: string;
  /**  Active Administrators; the founder first when still one. */
  administrators: NamedView[];
};
export type NamedView = { id: string; name: string };
export type RecoverySetPasswordRequest = { userId: string; password: string };
export type SessionSetPasswordRequest = { password: string };

// Users.

export type UserStatus = "active" | "disabled" | "invited";
export type UserFilter = { text: string | null; role: Role | null; status: UserStatus | null };
export type UserSort = "name" | "lastSignIn" | "created";
export type UserListRequest = {
  filter: UserFilter;
  sort: UserSort;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type UserPage = { rows: UserView[]; next: string | null; total: number };
export type UserView = {
  id: string;
  name: string;
  roles: Role[];
  /**  Invited: has a one-time password and has not chosen an own one. */
  status: UserStatus;
  /**  The caller. */
  isYou: boolean;
  /**  The last active Administrator: cannot be removed, disabled, demoted. */
  lastAdministrator: boolean;
  createdAt: string;
  createdBy: string | null;
  lastSignInAt: string | null;
  totp: boolean;
  keyFile: boolean;
  /**  Until when the one-time password works. */
  oneTimeUntil: string | null;
};
export type UserAddRequest = { name: string; roles: Role[] };
export type UserSaveRequest = { id: string; name: string; roles: Role[] };
/**  The one-time password: carries a secret, no `Debug`. */
export type OneTimePasswordView = { user: UserView; password: string; validUntil: string };

// Account.

export type AccountView = {
  userId: string;
  userName: string;
  roles: Role[];
  passwordChangedAt: string;
  totp: boolean;
  keyFile: boolean;
  desktop: DesktopUnlock;
};
export type DesktopUnlock = "on" | "off" | "noKeyStore";
/**  The caller's password again (and code, if they have an authenticator and the door asks for it). */
export type ConfirmRequest = { password: string; keyFile: string | null };
export type AccountChangePasswordRequest = { current: string; password: string; keyFile: string | null };
export type TotpSetupView = {
  /** Base32, in groups of four. */ secret: string /** `otpauth://…` as an SVG document, black on white. */;
  qrSvg: string;
};
export type TotpConfirmRequest = { code: string };
export type KeyFileRequest = {
  password: string /** The one required until now. */;
  keyFile: string | null;
  path: string;
};

// Parameters.

export type ParameterGroup =
  | "session"
  | "secrets"
  | "rotation"
  | "network"
  | "policies"
  | "approvals"
  | "backups"
  | "window";
export type ParameterView = {
  key: string;
  group: ParameterGroup;
  kind: ParameterKind;
  value: ParameterValue;
  default: ParameterValue;
  changedAt: string | null;
  changedBy: string | null;
};
export type ParameterKind =
  | { kind: "integer"; minimum: number; maximum: number; unit: ParameterUnit }
  | { kind: "duration"; minimum: number; maximum: number; unit: ParameterUnit }
  | { kind: "switch" }
  | { kind: "choice"; options: string[] }
  | { kind: "list"; longest: number; most: number };
export type ParameterUnit =
  | "seconds"
  | "minutes"
  | "hours"
  | "days"
  | "operations"
  | "connections"
  | "attempts"
  | "versions"
  | "backups"
  | "rows";
export type ParameterValue =
  | { kind: "number"; number: number }
  | { kind: "switch"; on: boolean }
  | { kind: "text"; text: string }
  | { kind: "list"; items: string[] };
export type ParameterSaveRequest = { key: string; value: ParameterValue };
export type ParameterKeyRequest = { key: string };

// Vault settings.

export type VaultView = {
  name: string;
  path: string;
  format: number;
  createdAt: string;
  founder: string;
  /**  How often it was re-keyed. */
  generation: number;
  rekeyedAt: string | null;
  recovery: RecoveryView;
  keyParameters: KeyParametersView;
  /**  How many people's slots still have weaker ones; they follow at their next sign-in. */
  slotsBehind: number;
  backupFolder: string;
  newestGood: BackupView | null;
  integrity: IntegrityView;
  service: SyncService | null;
};
export type RecoveryView = {
  standing: RecoveryStanding;
  madeAt: string | null;
  madeBy: string | null;
  checkedAt: string | null;
};
export type RecoveryMakeRequest = { password: string | null; keyFile: string | null };
/**  Shown once: carries a secret, no `Debug`. */
export type RecoveryKitView = {
  vaultName: string;
  vaultPath: string;
  madeAt: string;
  /**  24 words. */
  words: string[];
  /**  An SVG document of the same. */
  qrSvg: string;
  /**  The two positions, from 1, that are asked back. */
  asked: number[];
};
export type RecoveryCheckRequest = { words: RecoveryWord[] };
export type RecoveryWord = { position: number; word: string };
export type CalibrateRequest = { targetMilliseconds: number };
export type KeyParametersView = {
  memoryMebibytes: number;
  passes: number;
  lanes: number /** Measured here; null: not measured. */;
  milliseconds: number | null /** At the floor: nothing weaker is allowed. */;
  floor: boolean;
};
export type KeyParametersSaveRequest = {
  memoryMebibytes: number;
  passes: number;
  lanes: number;
  password: string;
  keyFile: string | null;
};
export type BackupReason = "daily" | "byHand" | "beforeMigration" | "beforeRekey" | "beforeRisk";
export type BackupStanding = "good" | "unchecked" | "damaged";
export type BackupView = {
  path: string;
  madeAt: string;
  reason: BackupReason;
  sizeKibibytes: number;
  /**  How many audit entries it holds: tells how far back it goes. */
  auditEntries: number;
  standing: BackupStanding;
};
export type BackupMakeRequest = { folder: string | null };
export type BackupPathRequest = { path: string };
export type BackupRestoreRequest = { path: string; folder: string; name: string };
export type DrillView = {
  good: boolean;
  pagesSound: boolean;
  auditEntries: number;
  auditIntact: boolean;
  secrets: number;
  secretsOpened: number;
  milliseconds: number;
};
export type IntegrityStanding = "unknown" | "running" | "sound" | "damaged";
export type IntegrityView = {
  standing: IntegrityStanding;
  checkedAt: string | null;
  pages: number | null /** Plain sentences of the engine, at most five. */;
  findings: string[];
};
export type Task = "rekey" | "backup" | "drill" | "restore" | "integrity" | "auditVerify" | "auditExport";
export type TaskPhase =
  | "preparing"
  | "copying"
  | "reencrypting"
  | "checkingPages"
  | "checkingStructure"
  | "walkingTrail"
  | "openingSecrets"
  | "writing"
  | "finishing";
export type TaskRequest = { task: Task };

// Audit.

export type AuditFilter = {
  /**  Words in label, action or detail. */
  text: string | null;
  /**  User ids; empty: anybody. */
  users: string[];
  /**  Empty: any. */
  actions: string[];
  /**  Kinds of object; empty: any. */
  nouns: string[];
  /**  One object. */
  objectId: string | null;
  from: string | null;
  until: string | null;
};
export type AuditListRequest = {
  filter: AuditFilter /** By number. */;
  descending: boolean;
  cursor: string | null;
  limit: number;
};
export type AuditPage = { rows: AuditRowView[]; next: string | null; total: number };
export type AuditRowView = {
  /**  From 1; the entry's name to people. */
  number: number;
  at: string;
  /**  Null: the program by itself. */
  userName: string | null;
  /**  As stored, e.g. "device.hostKeyAccepted"; the window's words are under `audit.actions` with `_` for the dot, else as it is. */
  action: string;
  noun: string | null;
  objectId: string | null;
  objectLabel: string | null;
};
export type AuditEntryRequest = { number: number };
export type AuditEntryView = {
  changes: AuditChangeView[];
  /**  Everything else of the detail, as name and text. */
  facts: AuditFactView[];
  hash: string;
  previous: string;
} & AuditRowView;
/**  From → To; a secret has neither and `secret`. */
export type AuditChangeView = { field: string; from: string | null; to: string | null; secret: boolean };
export type AuditFactView = { name: string; value: string };
export type AuditChoicesView = { users: NamedView[]; actions: string[]; nouns: string[] };
export type AuditVerdictView =
  | {
      verdict: "intact";
      entries: number;
      heads: number /** The newest signed head. */;
      signedAt: string | null;
      signedBy: string | null;
    }
  | {
      verdict: "broken";
      entry: number;
      what: AuditBreak /** When the last entry before it was written. */;
      before: string | null;
    };
export type AuditBreak = "changed" | "missing" | "cutTail" | "rewritten" | "headSignature";
export type AuditFormat = "csv" | "jsonLines" | "cef";
export type AuditExportRequest = { format: AuditFormat; filter: AuditFilter };

// Secrets.

export type SecretRevealRequest = {
  id: string /** Null: not asked for. */;
  justification: string | null;
  code: string | null;
};
export type SecretVersionRevealRequest = {
  credentialId: string;
  versionId: string;
  justification: string | null;
  code: string | null;
};
export type SecretView = { password: string; doubtful: boolean; changedAt: string; hideAfterSeconds: number };
export type SecretCopiedView = { clearsAfterSeconds: number };
export type SecretVersionView = {
  id: string;
  /**  From 1, per kind. */
  number: number;
  kind: SecretKind;
  state: SecretVersionState;
  origin: SecretOrigin;
  /**  Who entered it or asked for the change. */
  userName: string | null;
  /**  The operation that made it. */
  operationCode: number | null;
  createdAt: string;
  /**  When it became current. */
  currentAt: string | null;
};
export type SecretKind = "password" | "privateKey";
export type SecretVersionState = "candidate" | "current" | "previous" | "retired" | "abandoned";
export type SecretOrigin = "entered" | "generated" | "parent";
export type OnceCopyRequest = { text: string };
export type FolderPickRequest = { purpose: FolderPurpose };
export type FolderPurpose = "createVault" | "openVault" | "backupFolder" | "restoreVault";
