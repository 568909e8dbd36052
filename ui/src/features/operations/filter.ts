// The empty filters of operations and attempts, and a check whether a filter is set.
import type { AttemptFilter, OperationFilter } from "../../ipc";

export const allOperations: OperationFilter = {
  text: null,
  code: null,
  username: null,
  device: null,
  manufacturer: null,
  model: null,
  website: null,
  tags: [],
  states: [],
  types: [],
  requester: null,
  scheduledFrom: null,
  scheduledTo: null,
  executedFrom: null,
  executedTo: null,
  credentialId: null,
  deviceId: null,
  late: null,
};

export const allAttempts: AttemptFilter = { operation: allOperations, outcomes: [], failures: [] };

const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== null);

export const isOperationFilterOpen = (filter: OperationFilter) => !Object.values(filter).some(isSet);
export const isAttemptFilterOpen = (filter: AttemptFilter) =>
  isOperationFilterOpen(filter.operation) && !isSet(filter.outcomes) && !isSet(filter.failures);

/** Completes a filter that was stored by an older program: it adds new fields and drops those that no longer exist. */
export function completed(filter: Partial<OperationFilter>): OperationFilter {
  const known = Object.keys(allOperations) as (keyof OperationFilter)[];
  return Object.fromEntries(known.map((name) => [name, filter[name] ?? allOperations[name]])) as OperationFilter;
}

export const completedAttempts = (filter: Partial<AttemptFilter>): AttemptFilter => ({
  operation: completed(filter.operation ?? {}),
  outcomes: filter.outcomes ?? [],
  failures: filter.failures ?? [],
});
