// Reports the user's activity to the host from time to time, so that the window does not lock during work, and closes
// forms before sign-in that were idle for too long.
import { useEffect, useRef } from "react";
import { call } from "../ipc";

const pace = 20_000;
const checkEvery = 5_000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** Returns a function that says whether activity at a given time must be reported, and remembers the report. */
export function makePace(every: number) {
  let lastReport = Number.NEGATIVE_INFINITY;
  return (now: number) => {
    if (now - lastReport < every) return false;
    lastReport = now;
    return true;
  };
}

function onSigns(report: () => void) {
  for (const sign of signs) document.addEventListener(sign, report, { passive: true, capture: true });
  return () => {
    for (const sign of signs) document.removeEventListener(sign, report, { capture: true });
  };
}

export function useActivity() {
  useEffect(() => {
    const due = makePace(pace);
    return onSigns(() => {
      if (due(Date.now())) call("sessionActivity").catch(() => {});
    });
  }, []);
}

/** The idle time, in minutes, before a vault is open; it is also the usual value in a vault. */
export const usualMinutes = 10;

/**
 * Calls `onIdle` after this number of minutes without activity; 0: never. The wall clock counts, so that a sleep counts
 * too.
 */
export function useIdleTimer(minutes: number, onIdle: () => void) {
  const idle = useRef(onIdle);
  idle.current = onIdle;
  useEffect(() => {
    if (minutes === 0) return;
    let touched = Date.now();
    const stop = onSigns(() => {
      touched = Date.now();
    });
    const timer = setInterval(() => {
      if (Date.now() - touched >= minutes * 60_000) idle.current();
    }, checkEvery);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [minutes]);
}
