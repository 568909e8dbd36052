// Who answers: the Rust host, or, for browser tests and `vite` alone, one that lives in memory.
import { type Commands, commands, type Events, events } from "./contract";

export type Host = { commands: Commands; events: Events };

let current: Host = { commands, events };

export const host = (): Host => current;

export function replaceHost(other: Host) {
  current = other;
}
