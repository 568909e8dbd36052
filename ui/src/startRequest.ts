// The request that is sent before any other code of the page runs: the host answers while the rest is being loaded.
import { call } from "./ipc";

const pretended = import.meta.env.MODE !== "production" && new URLSearchParams(window.location.search).has("fake");

/** The answer with the data of the first screen; null if an in-memory host must be installed first. */
export const startResponse = pretended ? null : call("appStart");
// The code that awaits it handles a failure. This handler only prevents an "unhandled rejection" until then.
startResponse?.catch(() => {});

// The style is loaded, so the window is not white. A hidden window gets no frames, so it is shown while the first
// screen is being rendered.
if (!pretended) call("windowReady").catch(() => {});
