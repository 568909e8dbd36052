// The operations that a sign-out or the end of the program waits for.
import { useEffect, useState } from "react";
import { listen, type RunningOperationView } from "../ipc";

export function useWaitingFor(): RunningOperationView[] {
  const [waiting, setWaiting] = useState<RunningOperationView[]>([]);
  useEffect(() => listen("signingOut", ({ waitingFor }) => setWaiting(waitingFor)), []);
  return waiting;
}
