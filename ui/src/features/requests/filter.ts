// The empty filter of requests.
import type { RequestFilter } from "../../ipc";

export const allRequests: RequestFilter = {
  scope: "all",
  text: null,
  states: [],
  actions: [],
  requesterId: null,
  requestedFrom: null,
  requestedUntil: null,
  emergencyOnly: false,
};

export const isRequestFilterOpen = (filter: RequestFilter) =>
  JSON.stringify({ ...filter, scope: "all" }) === JSON.stringify(allRequests);
