// Gives the focus back to its previous element when a drawer or dialog closes. These are mounted only while they are
// open, and one may follow another (details, then the form), so the element that had the focus before the first one
// counts.
import { useEffect, useState } from "react";

let origin: HTMLElement | null = null;

export function useReturnFocus() {
  useState(() => {
    const active = document.activeElement;
    if (active instanceof HTMLElement && active !== document.body && !active.closest('[role="dialog"]'))
      origin = active;
  });
  useEffect(
    () => () => {
      setTimeout(() => {
        const lost = document.activeElement === document.body || document.activeElement === null;
        if (lost && !document.querySelector('[role="dialog"]')) origin?.focus({ preventScroll: true });
      }, 20);
    },
    [],
  );
}
