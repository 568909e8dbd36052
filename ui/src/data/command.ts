// One command pressed as a button: busy while it runs, its failure told where it was pressed.
import { useMutation } from "@tanstack/react-query";
import { type Told, tellError } from "../i18n/told";
import { type Answered, type CommandName, call, failureOf } from "../ipc";

type Request<N extends CommandName> = Parameters<typeof call<N>> extends [unknown, ...infer R] ? R : never;

export function useCommand<N extends CommandName>(name: N, done?: (answer: Answered<N>) => void) {
  const mutation = useMutation({
    mutationFn: (request: Request<N>) => call(name, ...(request as never)),
    onSuccess: done,
  });
  return {
    run: (...request: Request<N>) => mutation.mutate(request),
    /** As `run`, for those who tell the failure elsewhere. */
    start: (...request: Request<N>) => mutation.mutateAsync(request),
    busy: mutation.isPending,
    failure: mutation.error ? (tellError(failureOf(mutation.error)) satisfies Told) : null,
    error: mutation.error ? failureOf(mutation.error) : null,
    answer: mutation.data,
    reset: mutation.reset,
  };
}
