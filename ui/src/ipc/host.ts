// The host that answers commands: Rust, or an in-memory host for browser tests and `vite` alone.
import { commands, events } from "./bindings";

export type Commands = typeof commands;

type Payload<E> = E extends { listen: (callback: (event: infer T) => void) => unknown }
  ? T extends { payload: infer P }
    ? P
    : never
  : never;
/** The only part of an event that is used: subscribing to it. */
type Listening<T> = { listen(callback: (event: { payload: T }) => void): Promise<() => void> };
export type Events = { [N in keyof typeof events]: Listening<Payload<(typeof events)[N]>> };

export type Host = { commands: Commands; events: Events };

let current: Host = { commands, events };

export const host = (): Host => current;

export function replaceHost(other: Host) {
  current = other;
}
