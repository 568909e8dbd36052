// Who sits at the window: the open vault's session and the preferences, for every screen.
import { createContext, useContext } from "react";
import type { Language, SessionView, Theme } from "../ipc";

export type Preferences = { theme: Theme; language: Language | null };

export type Session = {
  view: SessionView;
  preferences: Preferences;
  savePreferences: (preferences: Preferences) => void;
  lock: () => void;
  /** The host says that the vault is locked: show it. */
  showLocked: () => void;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session outside the frame");
  return session;
}

/** Whether the open vault may be changed by this user. */
export function useMayChange(): boolean {
  const { view } = useSession();
  return !view.readOnly && view.roles.includes("operator");
}

/** Whether this user says what others work by: policies, strengths, a pause of everything. */
export function useMayRule(): boolean {
  const { view } = useSession();
  return !view.readOnly && view.roles.includes("administrator");
}
