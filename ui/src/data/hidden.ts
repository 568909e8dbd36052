// Tells Rust that a password is hidden again: from then on the window may appear in pictures of the screen.
import { useEffect } from "react";
import { call } from "../ipc";

/** To be used by every component that shows a password; `shown` is the number that came with it. */
export function useReportHidden(shown: number) {
  useEffect(
    () => () => {
      // Rust also ends it by itself after a while; there is nothing to tell a person.
      call("secretHidden", { shown }).catch(() => {});
    },
    [shown],
  );
}
