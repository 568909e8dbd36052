// The empty filter of credentials.
import type { CredentialFilter } from "../../ipc";

export const allCredentials: CredentialFilter = {
  text: null,
  deviceId: null,
  passwordType: null,
  status: null,
  sync: null,
  tag: null,
  changeable: null,
  policyStatus: null,
  policyId: null,
  paused: null,
};

export const isCredentialFilterOpen = (filter: CredentialFilter) =>
  Object.entries(filter).every(([name, value]) => name === "changeable" || value === null);
