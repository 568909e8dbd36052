// The state on which every fake command works: records, session, listeners, and the two forms of an answer.
import type {
  ApproversView,
  AuditEntryView,
  BackupView,
  CommandError,
  ExecutorView,
  LockedView,
  Noun,
  ParameterView,
  Problem,
  Role,
  SessionView,
  StartView,
  Task,
  TaskPhase,
  UserView,
  VaultWarning,
} from "../bindings";
import type { Events } from "../host";
import { permittedTo } from "./permitted";
import { ago, type Records, seed } from "./seed/seed";
import {
  auditCounts,
  backupCounts,
  seedAudit,
  seedBackup,
  seedParameters,
  seedUser,
  userCounts,
} from "./seed/seedPeople";
import { requestCounts, type StoredRequest, seedApprovers, seedRequest } from "./seed/seedRequests";
import type { Size } from "./seed/size";
import { Work } from "./work";

export const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
export const refuse = (error: CommandError) => Promise.resolve({ status: "error" as const, error });
export const invalid = (problems: Problem[]) => refuse({ code: "invalid", problems });
export const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

class Channel<T> {
  private readonly callbacks = new Set<(event: { payload: T }) => void>();
  listen = (callback: (event: { payload: T }) => void) => {
    this.callbacks.add(callback);
    return Promise.resolve(() => void this.callbacks.delete(callback));
  };
  emit(payload: T) {
    for (const callback of this.callbacks) callback({ payload });
  }
}

type Payload<E> = E extends { listen(callback: (event: { payload: infer T }) => void): unknown } ? T : never;
type Channels = { [N in keyof Events]: Channel<Payload<Events[N]>> };

const path = (name: string) => `/home/ana/Vaults/${name}.vault`;
const allRoles: Role[] = ["administrator", "operator", "approver", "auditor"];
export const rightPassword = "correct horse";

/** A scenario is a list of words with commas: `three`, `many,dark`, `first`, `locked,pt`. The README names them all. */
export class FakeHost {
  readonly events: Channels = {
    recordsChanged: new Channel(),
    emergencyApplied: new Channel(),
    rotationChanged: new Channel(),
    reconciliationEnded: new Channel(),
    vaultLocked: new Channel(),
    signedOut: new Channel(),
    signingOut: new Channel(),
    quitting: new Channel(),
    sessionChanged: new Channel(),
    executorChanged: new Channel(),
    taskProgress: new Channel(),
    vaultDamageFound: new Channel(),
  };
  readonly records: Records;
  readonly work: Work;
  readonly has: (word: string) => boolean;
  readonly start: StartView;
  readonly users: Map<string, UserView>;
  readonly parameters: ParameterView[];
  private trail: AuditEntryView[] | null = null;
  private readonly size: Size;
  /** True for a vault with many records, which also has missed and late changes. */
  readonly large: boolean;
  readonly requests: Map<string, StoredRequest>;
  approvers: ApproversView;
  backups: BackupView[];
  warnings: VaultWarning[];
  recovery: SessionView["recovery"];
  readonly canceled = new Set<Task>();
  /** Requests applied without approvals that the signed-in user has confirmed. */
  readonly acknowledged = new Set<string>();
  version = 0;
  painted = 0;
  /** The number of requested samples of a strength. */
  asked = 0;
  activities = 0;
  /**
   * The passwords that are shown now, by the number that came with each. Meanwhile the window is excluded from
   * screenshots.
   */
  readonly shown = new Set<number>();
  private covered = 0;
  /** The reasons that were given for seeing passwords. */
  justifications: string[] = [];

  constructor(scenario: string) {
    const words = scenario.split(",");
    this.has = (word) => words.includes(word);
    const sizes = ["many", "thousand", "three"] as const;
    const size: Size = sizes.find((each) => this.has(each)) ?? "none";
    const some = <T>(many: number, make: (index: number) => T) =>
      Array.from({ length: many }, (_, index) => make(index));
    this.size = size;
    this.large = size === "many" || size === "thousand";
    this.records = seed(size);
    this.users = new Map(some(userCounts[size], (index) => seedUser(index, size)).map((user) => [user.id, user]));
    const ana = this.users.get("u0");
    if (ana && this.has("totpless")) this.users.set("u0", { ...ana, totp: false });
    this.parameters = seedParameters();
    const credentials = [...this.records.credentials.values()];
    this.requests = new Map(
      some(requestCounts[size], (index) => seedRequest(index, credentials)).map((request) => [request.id, request]),
    );
    this.approvers = seedApprovers(
      [...this.users.values()]
        .filter(({ roles }, at) => at < 3 || roles.includes("approver"))
        .map(({ id, name, status }) => ({ id, name, active: status === "active" })),
    );
    if (this.has("emergency")) this.approvers = { ...this.approvers, emergencyAllowed: true };
    this.backups = some(backupCounts[size], seedBackup);
    this.recovery = this.has("nokit") ? "none" : "checked";
    this.warnings = this.seedWarnings();
    this.work = new Work(
      this.records,
      {
        changed: (noun, ids) => this.changed(noun, ids),
        reconciled: (ended) => this.events.reconciliationEnded.emit(ended),
      },
      this.has("slow") ? 1500 : 250,
    );
    const outside = this.has("first") || this.has("locked") || this.has("atlock");
    this.start = {
      version: "0.1.0",
      recentVaults: this.has("first")
        ? []
        : [
            { name: "Infrastructure", path: path("Infrastructure"), userName: "Ana", exists: true },
            { name: "Branch offices", path: path("Branch offices"), userName: "Ana", exists: true },
            { name: "Old customer", path: "/media/usb/Old customer.vault", userName: "Bruno", exists: false },
          ],
      desktopKeys: this.has("first") ? [] : [this.has("desktopkey"), false, false],
      suggestedFolder: "/home/ana/Vaults",
      theme: this.has("dark") ? "dark" : this.has("light") ? "light" : "system",
      language: this.has("pt") ? "pt-BR" : this.has("en") ? "en" : null,
      session: outside ? null : this.sessionOf({}),
      locked: this.has("atlock") ? this.lockedView("idle") : null,
    };
  }

  /** Made at the first access, because a long one takes time. */
  get audit(): AuditEntryView[] {
    this.trail ??= Array.from({ length: auditCounts[this.size] }, (_, index) => seedAudit(index));
    return this.trail;
  }

  private seedWarnings(): VaultWarning[] {
    const head = (entries: number, hash: string, at: string) => ({ entries, hash, at });
    const seen = head(3_120, "9f1c2ab47d03e581", ago(90));
    const found = head(2_987, "4be07712c9a6f3d0", ago(3 * 24 * 60));
    const warnings: VaultWarning[] = [];
    if (this.has("rolledback")) warnings.push({ kind: "rolledBack", seen, found });
    if (this.has("forked")) warnings.push({ kind: "forked", seen, found });
    if (this.has("behind")) warnings.push({ kind: "databaseBehind", changes: 3, newest: ago(60), found });
    if (this.has("synced")) warnings.push({ kind: "syncedFolder", service: "dropbox" });
    for (const how of ["gone", "replaced", "overwritten"] as const)
      if (this.has(`displaced-${how}`)) warnings.push({ kind: "displaced", how });
    if (this.has("altered")) warnings.push({ kind: "altered", objects: "trigger redirect, table devices" });
    if (this.has("damaged")) warnings.push({ kind: "damaged", newestGood: seedBackup(0) });
    if (this.has("oldbackup")) warnings.push({ kind: "backupOld", days: 9 });
    return warnings;
  }

  private executor(): ExecutorView {
    const state = this.has("waiting") ? "waitingForOperator" : this.has("resting") ? "restingWhileLocked" : "working";
    return { state, running: state === "working" ? 2 : 0, waiting: 5 };
  }

  private lockedView(reason: LockedView["reason"]): LockedView {
    return {
      vaultName: "Infrastructure",
      vaultPath: path("Infrastructure"),
      userName: this.start?.session?.userName ?? "Ana",
      lockedAt: reason === "idle" ? ago(25) : new Date().toISOString(),
      reason,
      desktopKey: this.has("desktopkey"),
      executor: this.executor(),
    };
  }

  private parameter(name: string) {
    const value = this.parameters.find((each) => each.key === name)?.value;
    return value?.kind === "number" ? value.number : value?.kind === "switch" && value.on;
  }

  sessionOf(fields: Partial<SessionView>): SessionView {
    const only = allRoles.filter((role) => this.has(role));
    const roles: Role[] = fields.roles ?? (only.length > 0 ? only : ["administrator", "operator"]);
    const displaced = this.warnings.some(({ kind }) => kind === "displaced");
    const readOnly = this.has("readonly") || this.has("damaged") || this.has("altered") || displaced;
    return {
      vaultName: "Infrastructure",
      vaultPath: path("Infrastructure"),
      userId: "u0",
      userName: "Ana",
      readOnly,
      readOnlyReason: this.has("damaged")
        ? "damaged"
        : this.has("altered")
          ? "altered"
          : displaced
            ? "displaced"
            : readOnly
              ? "newerVersion"
              : null,
      limit: this.has("invited") ? "mustSetPassword" : null,
      recovery: this.recovery,
      reveal: {
        justification: this.has("justify") || this.parameter("revealNeedsJustification") === true,
        code: this.has("code") || this.parameter("revealNeedsCode") === true,
        hasTotp: this.users.get("u0")?.totp ?? false,
        hideAfterSeconds: Number(this.parameter("hideAfter")),
        clearAfterSeconds: Number(this.parameter("clearClipboardAfter")),
      },
      lockAfterMinutes: Number(this.parameter("lockAfterMinutes")),
      executor: this.executor(),
      warnings: this.warnings,
      ...fields,
      roles,
      permitted: permittedTo(roles, readOnly),
    };
  }

  /** Protects the window for a password that is sent, until the page returns the number. */
  cover() {
    this.covered += 1;
    this.shown.add(this.covered);
    return this.covered;
  }

  changed(noun: Noun, ids: string[]) {
    this.version += 1;
    this.events.recordsChanged.emit({ noun, ids });
  }

  /** Changes fields of the session that every screen uses. */
  sessionChanged(fields: Partial<SessionView> = {}) {
    const { session } = this.start;
    if (!session) return;
    const { userId, userName, vaultName, vaultPath, roles, limit } = session;
    this.start.session = this.sessionOf({ userId, userName, vaultName, vaultPath, roles, limit, ...fields });
    this.events.sessionChanged.emit({ session: this.start.session });
  }

  enter(fields: Partial<SessionView>) {
    this.start.session = this.sessionOf(fields);
    this.start.locked = null;
    return ok(this.start.session);
  }

  leave(reason: LockedView["reason"] = "idle") {
    const locked = this.lockedView(reason);
    this.start.session = null;
    this.start.locked = locked;
    this.events.vaultLocked.emit({ locked });
    return locked;
  }

  signOut() {
    this.start.session = null;
    this.start.locked = null;
    this.events.signedOut.emit({});
  }

  /** A long task: some steps with progress, which can be stopped between them. Returns false if it was stopped. */
  async task(task: Task, phases: [TaskPhase, number][]): Promise<boolean> {
    this.canceled.delete(task);
    for (const [phase, total] of phases)
      for (let step = 1; step <= 4; step++) {
        this.events.taskProgress.emit({ task, phase, done: Math.round((total * step) / 4), total });
        await later(this.has("slow") ? 1500 : 60);
        if (this.canceled.has(task)) return false;
      }
    return true;
  }
}
