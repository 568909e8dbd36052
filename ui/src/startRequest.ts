// Asked before anything else of the page is evaluated: the host answers while the rest is being read.
import { call } from "./ipc";

const pretended = import.meta.env.MODE !== "production" && new URLSearchParams(window.location.search).has("fake");

/** What the first screen needs; null where a pretended host is yet to be put in place. */
export const startResponse = pretended ? null : call("appStart");
// Whoever awaits it deals with a failure; until then it is not one that nobody handles.
startResponse?.catch(() => {});

// The style is there, so the window is not white. A hidden window gets no frames: it is shown while the first screen is
// being drawn.
if (!pretended) call("windowReady").catch(() => {});
