// A long task of the host: started by a command, reported step by step, and stoppable unless that is forbidden.
import { useEffect, useState } from "react";
import { type CommandName, call, listen, type Task, type TaskProgress } from "../ipc";
import { useCommand } from "./command";

type Done<N extends CommandName> = Parameters<typeof useCommand<N>>[1];

export function useTask<N extends CommandName>(task: Task, name: N, done?: Done<N>) {
  const command = useCommand(name, done);
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  const { busy } = command;
  // It listens from the start: the first progress may arrive before the command counts as running.
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
  // A task that the user stopped is not shown as failed.
  const failure = command.error?.code === "canceled" ? null : command.failure;
  const cancel = () => {
    // The task may have ended in this moment.
    call("taskCancel", { task }).catch(() => {});
  };
  return { ...command, failure, progress, cancel };
}
