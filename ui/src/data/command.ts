// The state of one command behind a button: it is busy while the command runs, and its error is shown beside the
// button.
import { useMutation } from "@tanstack/react-query";
import { type ErrorText, formatError } from "../i18n/errors";
import { type CommandName, call, failureOf, type ResponseOf } from "../ipc";

type Request<N extends CommandName> = Parameters<typeof call<N>> extends [unknown, ...infer R] ? R : never;

export function useCommand<N extends CommandName>(name: N, done?: (answer: ResponseOf<N>) => void) {
  const mutation = useMutation({
    mutationFn: (request: Request<N>) => call(name, ...(request as never)),
    onSuccess: done,
  });
  return {
    run: (...request: Request<N>) => mutation.mutate(request),
    /** As `run`, for callers that show the error elsewhere. */
    start: (...request: Request<N>) => mutation.mutateAsync(request),
    busy: mutation.isPending,
    failure: mutation.error ? (formatError(failureOf(mutation.error)) satisfies ErrorText) : null,
    error: mutation.error ? failureOf(mutation.error) : null,
    answer: mutation.data,
    reset: mutation.reset,
  };
}
