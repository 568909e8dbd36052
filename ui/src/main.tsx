// The entry: asks the host what the first screen needs, then draws it.
import { createRoot } from "react-dom/client";
import "./theme/base.css";
import "./theme/fonts.css";
import { firstAnswer } from "./firstQuestion";
import { expectWords, languageOrSystems, startWords } from "./i18n";
import { tellError } from "./i18n/told";
import { call, failureOf } from "./ipc";
import { App } from "./shell/App";
import { StartFailed } from "./shell/start/StartFailed";

expectWords(languageOrSystems(null));

async function start() {
  const root = createRoot(document.getElementById("root") as HTMLElement);
  // The in-memory host of tests and of the page alone; a build for the program holds nothing of it.
  const scenario = new URLSearchParams(window.location.search).get("fake");
  if (import.meta.env.MODE !== "production" && scenario !== null) (await import("./ipc/fake")).install(scenario);
  try {
    const view = await (firstAnswer ?? call("appStart"));
    await startWords(languageOrSystems(view.language));
    root.render(<App start={view} />);
  } catch (thrown) {
    await startWords(languageOrSystems(null));
    root.render(<StartFailed told={tellError(failureOf(thrown))} />);
  }
}

start();
