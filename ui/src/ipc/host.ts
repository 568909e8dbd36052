// Who answers: the Rust host, or, for browser tests and `vite` alone, one that lives in memory.
import { commands, type EmergencyApplied, events } from "./bindings";
import type { CommandError, PeopleCommands, PeopleEvents, RecordsChanged } from "./people";

type Listening<T> = { listen(callback: (event: { payload: T }) => void): Promise<() => void> };

type Refused = { status: "error"; error: CommandError };
type Command<F> = F extends (...request: infer R) => Promise<infer A>
  ? (...request: R) => Promise<Extract<A, { status: "ok" }> | Refused>
  : never;
type Generated = Omit<typeof commands, keyof PeopleCommands>;

export type Host = {
  commands: { [N in keyof Generated]: Command<Generated[N]> } & PeopleCommands;
  events: { recordsChanged: Listening<RecordsChanged>; emergencyApplied: Listening<EmergencyApplied> } & {
    [N in keyof PeopleEvents]: Listening<PeopleEvents[N]>;
  };
};

let current = { commands, events } as unknown as Host;

export const host = (): Host => current;

export function replaceHost(other: Host) {
  current = other;
}
