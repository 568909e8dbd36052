// The whole window: theme, language, the state of the vault, and the signed-in user.
import { MantineProvider } from "@mantine/core";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Preferences, SessionContext } from "../data/session";
import { useWaitingFor } from "../data/waiting";
import { loadLanguage, resolveLanguage } from "../i18n";
import { call, listen, type SessionView, type StartView, type Theme } from "../ipc";
import { cssVariables, theme } from "../theme/theme";
import { CrashBoundary } from "./CrashBoundary";
import { StartScreen } from "./start/StartScreen";

const loadFrame = () => import("./Frame");
const Frame = lazy(loadFrame);
const FirstPassword = lazy(() => import("./start/FirstPassword"));
const FirstRecoveryKit = lazy(() => import("./start/FirstRecoveryKit"));
const Quitting = lazy(() => import("./Quitting"));

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const watchSystem = (changed: () => void) => {
  darkSystem.addEventListener("change", changed);
  return () => darkSystem.removeEventListener("change", changed);
};

function useScheme(chosen: Theme): "light" | "dark" {
  const systemIsDark = useSyncExternalStore(watchSystem, () => darkSystem.matches);
  return chosen === "system" ? (systemIsDark ? "dark" : "light") : chosen;
}

/** Holds the state of the vault and of the session: the first answer, then the events. */
function useSessionState(first: StartView) {
  const [start, setStart] = useState(first);
  const [session, showSession] = useState<SessionView | null>(first.session);
  const [asAnotherUser, setAsAnotherUser] = useState(false);

  const showLocked = useCallback(() => {
    showSession(null);
    call("appStart")
      .then(setStart)
      .catch(() => {});
  }, []);
  const lock = useCallback(
    (forAnother: boolean) => {
      setAsAnotherUser(forAnother);
      call("vaultLock")
        .catch(() => {})
        .finally(showLocked);
    },
    [showLocked],
  );
  const enter = useCallback((view: SessionView) => {
    setAsAnotherUser(false);
    showSession(view);
  }, []);

  useEffect(
    () =>
      listen("vaultLocked", ({ locked }) => {
        showSession(null);
        setStart((before) => ({ ...before, session: null, locked }));
      }),
    [],
  );
  useEffect(() => listen("signedOut", showLocked), [showLocked]);
  useEffect(
    () => listen("sessionChanged", ({ session: next }) => showSession((before) => (before ? next : before))),
    [],
  );
  useEffect(
    () =>
      listen("executorChanged", ({ executor }) => {
        showSession((before) => before && { ...before, executor });
        setStart((before) => (before.locked ? { ...before, locked: { ...before.locked, executor } } : before));
      }),
    [],
  );
  return { start, setStart, session, showSession, asAnotherUser, showLocked, lock, enter };
}

export function App({ start: first }: { start: StartView }) {
  const { start, setStart, session, showSession, asAnotherUser, showLocked, lock, enter } = useSessionState(first);
  const [created, setCreated] = useState(false);
  const [quitting, setQuitting] = useState(false);
  // It listens from the start: the first list may arrive before the texts to show it are loaded.
  const waiting = useWaitingFor();
  useEffect(() => listen("quitting", () => setQuitting(true)), []);
  const [preferences, setPreferences] = useState<Preferences>({ theme: first.theme, language: first.language });
  const scheme = useScheme(preferences.theme);

  const savePreferences = useCallback((next: Preferences) => {
    setPreferences(next);
    // If the texts cannot be loaded, the previous ones stay.
    loadLanguage(resolveLanguage(next.language)).catch(() => {});
    // A failure to store a theme is not important enough to report.
    call("preferencesSave", next).catch(() => {});
  }, []);

  // The rest of the program is loaded while the password is being typed. A locked window that nobody uses does not load
  // it.
  useEffect(() => {
    window.addEventListener("keydown", loadFrame, { once: true });
    return () => window.removeEventListener("keydown", loadFrame);
  }, []);

  const shared = useMemo(
    () =>
      session && {
        view: session,
        preferences,
        savePreferences,
        lock: () => lock(false),
        switchUser: () => lock(true),
        showLocked,
        showSession,
      },
    [session, preferences, savePreferences, lock, showLocked, showSession],
  );
  const outside = { version: start.version, preferences, onPreferences: savePreferences };

  const inside = (view: SessionView) => {
    if (view.limit === "mustSetPassword") return <FirstPassword {...outside} session={view} onSet={enter} />;
    if (created) return <FirstRecoveryKit {...outside} vaultName={view.vaultName} onDone={() => setCreated(false)} />;
    return <Frame />;
  };

  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} cssVariablesResolver={cssVariables}>
      <CrashBoundary>
        {shared ? (
          <SessionContext value={shared}>
            <Suspense fallback={null}>{inside(shared.view)}</Suspense>
          </SessionContext>
        ) : (
          <StartScreen
            start={start}
            preferences={preferences}
            asAnotherUser={asAnotherUser}
            onPreferences={savePreferences}
            onOpened={enter}
            onCreated={(view) => {
              setCreated(true);
              enter(view);
            }}
            onForgotten={(path) => setStart((before) => without(before, path))}
            onRestored={(vault) =>
              setStart((before) => ({
                ...before,
                recentVaults: [vault, ...before.recentVaults],
                desktopKeys: [false, ...before.desktopKeys],
              }))
            }
          />
        )}
        {quitting && (
          <Suspense fallback={null}>
            <Quitting waiting={waiting} />
          </Suspense>
        )}
      </CrashBoundary>
    </MantineProvider>
  );
}

function without(start: StartView, path: string): StartView {
  const stays = start.recentVaults.map((vault) => vault.path !== path);
  return {
    ...start,
    recentVaults: start.recentVaults.filter((_, at) => stays[at]),
    desktopKeys: start.desktopKeys.filter((_, at) => stays[at]),
  };
}
