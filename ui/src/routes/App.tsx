// The whole window: which theme and language, and whether a vault is open.
import { MantineProvider } from "@mantine/core";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Preferences, SessionContext } from "../data/session";
import { languageOrSystems, startWords } from "../i18n";
import { call, listen, type SessionView, type StartView, type Theme } from "../ipc";
import { cssVariables, theme } from "../theme/theme";
import { CrashBoundary } from "./CrashBoundary";
import { StartScreen } from "./StartScreen";

const loadFrame = () => import("./Frame");
const Frame = lazy(loadFrame);

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const watchSystem = (changed: () => void) => {
  darkSystem.addEventListener("change", changed);
  return () => darkSystem.removeEventListener("change", changed);
};

function useScheme(chosen: Theme): "light" | "dark" {
  const systemIsDark = useSyncExternalStore(watchSystem, () => darkSystem.matches);
  return chosen === "system" ? (systemIsDark ? "dark" : "light") : chosen;
}

export function App({ start: first }: { start: StartView }) {
  const [start, setStart] = useState(first);
  const [session, setSession] = useState<SessionView | null>(first.session);
  const [preferences, setPreferences] = useState<Preferences>({ theme: first.theme, language: first.language });
  const scheme = useScheme(preferences.theme);

  const savePreferences = useCallback((next: Preferences) => {
    setPreferences(next);
    startWords(languageOrSystems(next.language));
    // Not being able to remember a theme is nothing to stop for.
    call("preferencesSave", next).catch(() => {});
  }, []);

  const showLocked = useCallback(() => {
    setSession(null);
    call("appStart")
      .then(setStart)
      .catch(() => {});
  }, []);
  const lock = useCallback(() => {
    call("vaultLock")
      .catch(() => {})
      .finally(showLocked);
  }, [showLocked]);
  useEffect(() => listen("vaultLocked", showLocked), [showLocked]);

  // While the password is being typed, the rest of the program is fetched. A window that waits locked does not hold it.
  useEffect(() => {
    window.addEventListener("keydown", loadFrame, { once: true });
    return () => window.removeEventListener("keydown", loadFrame);
  }, []);

  const shared = useMemo(
    () => session && { view: session, preferences, savePreferences, lock, showLocked },
    [session, preferences, savePreferences, lock, showLocked],
  );

  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} cssVariablesResolver={cssVariables}>
      <CrashBoundary>
        {shared ? (
          <SessionContext value={shared}>
            <Suspense fallback={null}>
              <Frame />
            </Suspense>
          </SessionContext>
        ) : (
          <StartScreen
            start={start}
            preferences={preferences}
            onPreferences={savePreferences}
            onOpened={setSession}
            onForgotten={(path) =>
              setStart({ ...start, recentVaults: start.recentVaults.filter((vault) => vault.path !== path) })
            }
          />
        )}
      </CrashBoundary>
    </MantineProvider>
  );
}
