// Tells the host, once, that the first real screen is on its way to the glass: only then is the window shown.
import { useEffect } from "react";
import { call } from "../ipc";

let told = false;

export function useFirstPaint() {
  useEffect(() => {
    if (told) return;
    told = true;
    // A hidden window gets no frames: it is shown first. The first frame paints what was committed; the second begins
    // when that is done.
    call("windowReady").catch(() => {});
    requestAnimationFrame(() => requestAnimationFrame(() => call("windowPainted").catch(() => {})));
  }, []);
}
