// Tells the host, sparsely, that somebody is there, so that the window does not lock under their hands; and tells a form
// before the window opens that they walked away.
import { useEffect, useRef } from "react";
import { call } from "../ipc";

const pace = 20_000;
const checkEvery = 5_000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** Answers whether a sign of life at this moment is to be told, and remembers that it was. */
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

/** The idle time before a vault says its own, and the one that is usual there. */
export const usualMinutes = 10;

/** Calls when nobody touched anything for so many minutes; 0: never. The wall clock counts, so that a sleep counts too. */
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
