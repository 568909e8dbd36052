// The entry point: asks the host for the data of the first screen, then renders it.
import { createRoot } from "react-dom/client";
import "./theme/base.css";
import "./theme/fonts.css";
import { loadLanguage, preloadLanguage, resolveLanguage } from "./i18n";
import { formatError } from "./i18n/errors";
import { call, failureOf, hearProblems } from "./ipc";
import { App } from "./shell/App";
import { StartFailed } from "./shell/start/StartFailed";
import { startResponse } from "./startRequest";

hearProblems();
preloadLanguage(resolveLanguage(null));

async function start() {
  const root = createRoot(document.getElementById("root") as HTMLElement);
  // The in-memory host is for tests and for work on the page alone; a build for the program contains nothing of it.
  const scenario = new URLSearchParams(window.location.search).get("fake");
  if (import.meta.env.MODE !== "production" && scenario !== null) (await import("./ipc/fake")).install(scenario);
  try {
    const view = await (startResponse ?? call("appStart"));
    await loadLanguage(resolveLanguage(view.language));
    root.render(<App start={view} />);
  } catch (thrown) {
    await loadLanguage(resolveLanguage(null));
    root.render(<StartFailed failure={formatError(failureOf(thrown))} />);
  }
}

start();
