// Reports to the host, once, that the first real screen has been painted; the log then contains the duration of the
// start.
import { useEffect } from "react";
import { call } from "../ipc";

let reported = false;

export function useFirstPaint() {
  useEffect(() => {
    if (reported) return;
    reported = true;
    // The first frame paints the committed screen; the second one begins after that.
    requestAnimationFrame(() => requestAnimationFrame(() => call("windowPainted").catch(() => {})));
  }, []);
}
