// Plays the steps of operations over time, a few at once, and reports the changes after each.
import type { FailureCode, Noun, OperationStep, OperationView, ReconciliationEnded } from "../bindings";
import { now, type Records } from "./seed/seed";

const steps: OperationStep[] = ["claimed", "prepared", "opened", "marked", "applied"];
const atOnce = 4;

type Notify = {
  changed: (noun: Noun, ids: string[]) => void;
  reconciled: (ended: ReconciliationEnded) => void;
};

/** Returns the failure of an operation, which depends on the device's name. */
function fateOf(operation: OperationView): FailureCode | null {
  if (operation.deviceName.includes("refuses")) return "passwordRefused";
  if (operation.deviceName.includes("down")) return "unreachable";
  return null;
}

export class Work {
  private readonly records: Records;
  private readonly notify: Notify;
  private readonly pace: number;
  private readonly waiting: string[] = [];
  private running = 0;

  constructor(records: Records, notify: Notify, pace: number) {
    this.records = records;
    this.notify = notify;
    this.pace = pace;
  }

  enqueue(id: string, first = false) {
    if (first) this.waiting.unshift(id);
    else this.waiting.push(id);
    setTimeout(() => this.next(), this.pace);
  }

  private change(id: string, fields: Partial<OperationView>) {
    const operation = this.records.operations.get(id);
    if (!operation) return;
    this.records.operations.set(id, { ...operation, ...fields });
    this.notify.changed("operation", [id]);
  }

  private next() {
    while (this.running < atOnce) {
      const id = this.waiting.shift();
      if (id === undefined) return;
      const operation = this.records.operations.get(id);
      if (operation?.state !== "scheduled") continue;
      this.running += 1;
      this.change(id, { state: "running", startedAt: now(), actions: [], attempts: operation.attempts + 1 });
      this.step(id, 0);
    }
  }

  private step(id: string, at: number) {
    const operation = this.records.operations.get(id);
    const step = steps[at];
    if (!operation) return;
    const fate = fateOf(operation);
    if (step === undefined || (fate && at === 3)) return this.finish(operation, fate);
    this.change(id, { step });
    setTimeout(() => this.step(id, at + 1), this.pace);
  }

  private finish(operation: OperationView, failure: FailureCode | null) {
    this.running -= 1;
    const credential = this.records.credentials.get(operation.credentialId);
    const endedAt = now();
    this.change(operation.id, {
      state: failure ? "error" : "succeeded",
      step: null,
      endedAt,
      failure,
      actions: failure ? ["restart", "reconcile"] : [],
      attemptList: [
        ...operation.attemptList,
        {
          number: operation.attempts,
          templateName: "Linux – own account",
          templateVersion: 3,
          startedAt: operation.startedAt ?? endedAt,
          endedAt,
          step: failure ? "marked" : "applied",
          class: failure ? "rejected" : null,
          failure,
          deviceWords: failure ? "BAD PASSWORD: it has been used before" : null,
          expected: null,
          transcript: [{ direction: "sent", text: "passwd", atMilliseconds: 12 }],
        },
      ],
    });
    if (operation.type === "reconciliation")
      this.notify.reconciled({
        operationId: operation.id,
        code: operation.code,
        credentialId: operation.credentialId,
        username: operation.username,
        deviceName: operation.deviceName,
        succeeded: failure === null,
        failure,
      });
    if (credential) {
      const checks = operation.type === "passwordVerification" && {
        verification: failure ? ("couldNotCheck" as const) : ("confirmed" as const),
        verifiedAt: endedAt,
      };
      const proof = failure ? {} : { sync: "inSync" as const, provenAt: endedAt };
      const confirmed = { ...proof, verification: "confirmed" as const, verifiedAt: endedAt };
      const changed = failure
        ? {}
        : { ...confirmed, hasPassword: true, changedAt: endedAt, passwordOrigin: "generated" as const };
      this.records.credentials.set(credential.id, {
        ...credential,
        ...(checks ? { ...checks, ...proof } : changed),
        openOperationId: null,
      });
      if (!failure && !checks) this.records.passwords.set(credential.id, `N3w!${operation.code}-pass`);
      this.notify.changed("credential", [credential.id]);
    }
    this.next();
  }
}
