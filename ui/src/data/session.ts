// The session of the signed-in user and the preferences, for every screen.
import { createContext, useContext } from "react";
import type { Action, Language, SessionView, Theme } from "../ipc";

export type Preferences = { theme: Theme; language: Language | null };

export type Session = {
  view: SessionView;
  preferences: Preferences;
  savePreferences: (preferences: Preferences) => void;
  lock: () => void;
  /** Locks, so that somebody else can sign in; the locked screen then asks for a name. */
  switchUser: () => void;
  /** The host says that the vault is locked: show it. */
  showLocked: () => void;
  /** The host answered with a newer view of the session: show it. */
  showSession: (view: SessionView) => void;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session outside the frame");
  return session;
}

/** Whether the roles of whoever sits here permit something. The host decides again, whatever the window shows. */
export function useMay(permission: Action): boolean {
  return useSession().view.permitted.includes(permission);
}

/** Trying out and restoring a backup write nothing in the open vault: a damaged one least of all forbids it. */
export function useMayRestore(): boolean {
  const { view } = useSession();
  return view.permitted.includes("writeVault") || (view.readOnly && view.roles.includes("administrator"));
}

/** Whether the open vault may be changed by this user. */
export const useMayChange = (): boolean => useMay("writeCredentials");

/** Whether this user says what others work by: policies, strengths, a pause of everything. */
export const useMayWritePolicies = (): boolean => useMay("writePolicies");
