// Tells the host, sparsely, that somebody is there, so that the window does not lock under their hands.
import { useEffect } from "react";
import { call } from "../ipc";

const pace = 20_000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** Answers whether a sign of life at this moment is to be told, and remembers that it was. */
export function makePace(every: number) {
  let told = Number.NEGATIVE_INFINITY;
  return (now: number) => {
    if (now - told < every) return false;
    told = now;
    return true;
  };
}

export function useActivity() {
  useEffect(() => {
    const due = makePace(pace);
    const tell = () => {
      if (due(Date.now())) call("sessionActivity").catch(() => {});
    };
    for (const sign of signs) document.addEventListener(sign, tell, { passive: true, capture: true });
    return () => {
      for (const sign of signs) document.removeEventListener(sign, tell, { capture: true });
    };
  }, []);
}
