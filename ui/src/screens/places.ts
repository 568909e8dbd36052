// The places in the window, and the filters or records with which each is opened.
import { createContext, useContext } from "react";
import type { Action, AttemptFilter, CredentialFilter, ExpirationFilter, OperationFilter } from "../ipc";

export type Place =
  | { screen: "home" }
  | {
      screen: "credentials";
      deviceId?: string;
      filter?: Partial<CredentialFilter>;
      open?: string;
      edit?: string;
      create?: { id: string; name: string } | "anywhere";
    }
  | { screen: "devices"; open?: string; edit?: string; create?: true }
  | { screen: "policies"; open?: string; create?: true }
  | { screen: "strengths"; open?: string }
  | {
      screen: "operations";
      credential?: { id: string; name: string };
      filter?: Partial<OperationFilter>;
      open?: string;
    }
  | { screen: "attempts"; filter?: Partial<AttemptFilter>; open?: string }
  | { screen: "change"; preselected?: string }
  | { screen: "approvals"; request?: string; tab?: "waiting" | "decided" | "mine" }
  | { screen: "batches"; request?: string }
  | { screen: "expiration"; filter?: Partial<ExpirationFilter> }
  | { screen: "audit"; object?: { id: string; name: string }; user?: { id: string; name: string } }
  | { screen: "approvers" }
  | { screen: "users" }
  | { screen: "parameters" }
  | { screen: "vault"; tab?: "overview" | "backups"; makeKit?: boolean }
  | { screen: "account" };

export type Screen = Place["screen"];

/** The permissions of which a user needs one to see a place; none: everybody may see it. */
export const permissionOf = {
  home: ["readOperations"],
  credentials: ["readCredentials"],
  devices: ["readDevices"],
  policies: ["readPolicies"],
  strengths: ["readPolicies"],
  operations: ["readOperations"],
  attempts: ["readOperations"],
  change: ["writeOperations"],
  approvals: ["decide", "requestBatches"],
  batches: ["readBatches"],
  expiration: ["readCredentials"],
  audit: ["readAudit"],
  approvers: ["readUsers", "writeApprovers"],
  users: ["readUsers"],
  parameters: ["readParameters"],
  vault: ["writeVault"],
  account: [],
} satisfies Record<Screen, Action[]>;

export function mayGo(permitted: readonly Action[], screen: Screen): boolean {
  const needed: Action[] = permissionOf[screen];
  return needed.length === 0 || needed.some((permission) => permitted.includes(permission));
}

/** Returns the first place that the user may see. */
export function firstPlace(permitted: readonly Action[]): Place {
  const screens = ["home", "credentials", "approvals", "audit", "users", "account"] as const;
  return { screen: screens.find((screen) => mayGo(permitted, screen)) ?? "account" };
}

export const GoContext = createContext<(place: Place) => void>(() => {});
export const useGo = () => useContext(GoContext);
