// Reports to the host that a password is hidden again. From then on the window may appear in screenshots.
import { useEffect } from "react";
import { call } from "../ipc";

/** Must be used by every component that shows a password; `shown` is the number that came with the password. */
export function useReportHidden(shown: number) {
  useEffect(
    () => () => {
      // The host also ends the protection after a while, so a failure need not be shown.
      call("secretHidden", { shown }).catch(() => {});
    },
    [shown],
  );
}
