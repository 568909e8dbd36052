// Tells the host, once, when the first real screen has been painted: the log then tells how long the start took.
import { useEffect } from "react";
import { call } from "../ipc";

let reported = false;

export function useFirstPaint() {
  useEffect(() => {
    if (reported) return;
    reported = true;
    // The first frame paints what was committed; the second begins when that is done.
    requestAnimationFrame(() => requestAnimationFrame(() => call("windowPainted").catch(() => {})));
  }, []);
}
