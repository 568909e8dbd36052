// The state every fake command works on: records, who is in, who listens, and the answers' two shapes.
import type {
  CommandError,
  Noun,
  Problem,
  ReconciliationEnded,
  RecordsChanged,
  RotationChanged,
  SessionView,
  StartView,
  VaultLocked,
} from "../contract";
import { type Records, type Size, seed } from "./seed";
import { Work } from "./work";

export const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
export const refuse = (error: CommandError) => Promise.resolve({ status: "error" as const, error });
export const invalid = (problems: Problem[]) => refuse({ code: "invalid", problems });

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

const path = (name: string) => `/home/ana/Vaults/${name}.vault`;

const session: SessionView = {
  vaultName: "Infrastructure",
  vaultPath: path("Infrastructure"),
  userName: "Ana",
  roles: ["administrator", "operator"],
  readOnly: false,
};

/** A scenario is words with commas: `three`, `many,dark`, `first`, `locked,pt`. */
export class FakeHost {
  readonly recordsChanged = new Channel<RecordsChanged>();
  readonly vaultLocked = new Channel<VaultLocked>();
  readonly rotationChanged = new Channel<RotationChanged>();
  readonly reconciliationEnded = new Channel<ReconciliationEnded>();
  readonly records: Records;
  readonly work: Work;
  readonly has: (word: string) => boolean;
  readonly start: StartView;
  version = 0;
  painted = 0;
  asked = 0;

  constructor(scenario: string) {
    const words = scenario.split(",");
    this.has = (word) => words.includes(word);
    const size: Size = this.has("many") ? "many" : this.has("three") ? "three" : "none";
    this.records = seed(size);
    this.work = new Work(
      this.records,
      {
        changed: (noun, ids) => this.changed(noun, ids),
        reconciled: (ended) => this.reconciliationEnded.emit(ended),
      },
      this.has("slow") ? 1500 : 250,
    );
    const outside = this.has("first") || this.has("locked");
    this.start = {
      version: "0.1.0",
      recentVaults: this.has("first")
        ? []
        : [
            { name: "Infrastructure", path: path("Infrastructure"), userName: "Ana", exists: true },
            { name: "Branch offices", path: path("Branch offices"), userName: "Ana", exists: true },
            { name: "Old customer", path: "/media/usb/Old customer.vault", userName: "Bruno", exists: false },
          ],
      suggestedFolder: "/home/ana/Vaults",
      theme: this.has("dark") ? "dark" : this.has("light") ? "light" : "system",
      language: this.has("pt") ? "pt-BR" : this.has("en") ? "en" : null,
      session: outside ? null : { ...session, readOnly: this.has("readonly") },
    };
  }

  changed(noun: Noun, ids: string[]) {
    this.version += 1;
    this.recordsChanged.emit({ noun, ids });
  }

  enter(fields: Partial<SessionView>) {
    this.start.session = { ...session, ...fields };
    return ok(this.start.session);
  }

  leave() {
    this.start.session = null;
    this.vaultLocked.emit({});
  }
}
