// What still runs while a sign-out or the end of the program waits for it.
import { useEffect, useState } from "react";
import { listen, type RunningOperationView } from "../ipc";

export function useWaitingFor(): RunningOperationView[] {
  const [waiting, setWaiting] = useState<RunningOperationView[]>([]);
  useEffect(() => listen("signingOut", ({ waitingFor }) => setWaiting(waitingFor)), []);
  return waiting;
}
