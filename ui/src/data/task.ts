// Long work of the host: started by a command, told step by step, stoppable unless it must not be.
import { useEffect, useState } from "react";
import { type CommandName, call, listen, type Task, type TaskProgress } from "../ipc";
import { useCommand } from "./command";

type Done<N extends CommandName> = Parameters<typeof useCommand<N>>[1];

export function useTask<N extends CommandName>(task: Task, name: N, done?: Done<N>) {
  const command = useCommand(name, done);
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  const { busy } = command;
  // Heard from the start: the first step may be told before the command counts as running.
  useEffect(
    () =>
      listen("taskProgress", (event) => {
        if (event.task === task) setProgress(event);
      }),
    [task],
  );
  useEffect(() => {
    if (!busy) setProgress(null);
  }, [busy]);
  // What the person stopped did not fail.
  const failure = command.error?.code === "canceled" ? null : command.failure;
  const cancel = () => {
    // It may have ended at this very moment.
    call("taskCancel", { task }).catch(() => {});
  };
  return { ...command, failure, progress, cancel };
}
