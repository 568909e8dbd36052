// The session of the signed-in user and the preferences, for every screen.
import { createContext, useContext } from "react";
import type { Action, Language, SessionView, Theme } from "../ipc";

export type Preferences = { theme: Theme; language: Language | null };

export type Session = {
  view: SessionView;
  preferences: Preferences;
  savePreferences: (preferences: Preferences) => void;
  lock: () => void;
  /** Locks, so that another person can sign in; the locked screen then asks for a name. */
  switchUser: () => void;
  /** Shows the locked screen, because the host reported the lock. */
  showLocked: () => void;
  /** Shows a newer view of the session from the host. */
  showSession: (view: SessionView) => void;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session outside the frame");
  return session;
}

/** Tells whether the signed-in user's roles permit an action. The host checks again, whatever the window shows. */
export function useMay(permission: Action): boolean {
  return useSession().view.permitted.includes(permission);
}

/**
 * Tells whether the user may drill and restore backups. Both write nothing to the open vault, so they are allowed on a
 * damaged or read-only one too.
 */
export function useMayRestore(): boolean {
  const { view } = useSession();
  return view.permitted.includes("writeVault") || (view.readOnly && view.roles.includes("administrator"));
}

/** Tells whether this user may change the open vault. */
export const useMayChange = (): boolean => useMay("writeCredentials");

/** Tells whether this user sets the rules for others: policies, strengths, a pause of everything. */
export const useMayWritePolicies = (): boolean => useMay("writePolicies");
