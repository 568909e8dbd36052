// Maps each event to the answers that it makes stale. Records refer to each other: a device's row counts its
// credentials, a credential's row says whether an operation on it is open, an operation's row names its credential and
// device.
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
  // A waiting request is shown as a mark on its records and as a figure on Home.
  request: [keys.requests, keys.batches, keys.approvers, keys.home],
  // The approvers and the rules determine the possible actions on a request.
  approvers: [keys.approvers, keys.requests],
  user: [keys.users, keys.approvers],
  parameter: [keys.parameters],
  vault: [keys.vault],
  backup: [keys.backups, keys.vault],
  // The trail grows with every action, so a list of it is read again only when the user asks.
  auditEntry: [keys.audit],
  secretVersion: [keys.secretVersions, keys.credentials],
} satisfies Record<Noun, readonly QueryKey[]>;

/**
 * Events come in bursts (one for each step of many operations). They are collected, and the next reading begins only
 * after the previous one has ended. If the previous one were cancelled instead, a long list might never finish loading
 * during busy times.
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
