// Who answers: the Rust host, or, for browser tests and `vite` alone, one that lives in memory.
import { commands, events, type RecordsChanged, type VaultLocked } from "./bindings";

type Listening<T> = { listen(callback: (event: { payload: T }) => void): Promise<() => void> };

export type Host = {
  commands: typeof commands;
  events: { recordsChanged: Listening<RecordsChanged>; vaultLocked: Listening<VaultLocked> };
};

let current: Host = { commands, events };

export const host = (): Host => current;

export function replaceHost(other: Host) {
  current = other;
}
