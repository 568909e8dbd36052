// Maps each event to the answers that it makes stale. Records refer to each other: a device's row counts its credentials, a
// credential's row says whether an operation on it is open, an operation's row names its credential and device.
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Noun, RecordsChanged } from "../ipc";
import { keys } from "./keys";

export const staleAfter = {
  device: [keys.devices, keys.credentials, keys.operations, keys.operationChoices, keys.attempts, keys.home],
  credential: [
    keys.credentials,
    keys.devices,
    keys.operations,
    keys.policies,
    keys.home,
    keys.expirations,
    keys.secretVersions,
    keys.batches,
  ],
  operation: [keys.operations, keys.attempts, keys.credentials, keys.home, keys.secretVersions, keys.batches],
  policy: [keys.policies, keys.strengths, keys.credentials, keys.home, keys.expirations],
  strength: [keys.strengths, keys.policies],
  savedFilter: [keys.savedFilters],
  // A request that waits shows as a mark on what it is about, and as a figure at home.
  request: [keys.requests, keys.batches, keys.approvers, keys.home],
  // Who decides, and how many must, decides what one may do with a request.
  approvers: [keys.approvers, keys.requests],
  user: [keys.users, keys.approvers],
  parameter: [keys.parameters],
  vault: [keys.vault],
  backup: [keys.backups, keys.vault],
  // The trail grows with all that is done: a list of it is read again when somebody asks.
  auditEntry: [keys.audit],
  secretVersion: [keys.secretVersions, keys.credentials],
} satisfies Record<Noun, readonly QueryKey[]>;

/**
 * Events come in bursts (a step each, of many operations): they are gathered, and the next reading begins only when the
 * one before has ended. Cancelling it instead would let a long list starve while work goes on.
 */
export function gatherInvalidations(client: QueryClient, delay = 80) {
  const waiting = new Set<Noun>();
  let busy = false;

  const flush = async () => {
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      const families = new Set([...waiting].flatMap((noun) => staleAfter[noun].map(([family]) => family)));
      waiting.clear();
      await Promise.allSettled([...families].map((family) => client.invalidateQueries({ queryKey: [family] })));
    }
    busy = false;
  };

  return (event: Pick<RecordsChanged, "noun">) => {
    waiting.add(event.noun);
    if (busy) return;
    busy = true;
    flush();
  };
}
