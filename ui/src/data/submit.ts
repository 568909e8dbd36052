// Sends a form: it is busy while the request runs, and the host's problems are then shown at their fields.
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { type ErrorText, formatError, formatProblems } from "../i18n/errors";
import { failureOf } from "../ipc";

type Submit<V, R> = {
  form: UseFormReturnType<V>;
  send: (values: V) => Promise<R>;
  done: (answer: R) => void;
  /** Called with the refused fields before the first of them gets the focus, so that its tab can be shown. */
  onProblems?: (fields: string[]) => void;
};

export function focusFirstError(root: ParentNode = document) {
  // The focus moves after the fields have been rendered with their errors.
  requestAnimationFrame(() => root.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
}

export function useSubmit<V, R>({ form, send, done, onProblems }: Submit<V, R>) {
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<ErrorText | null>(null);

  const submit = form.onSubmit(async (values) => {
    setSaving(true);
    setFailure(null);
    form.clearErrors();
    try {
      done(await send(values));
    } catch (thrown) {
      const error = failureOf(thrown);
      setFailure(formatError(error));
      if (error.code === "invalid") {
        form.setErrors(formatProblems(error.problems));
        onProblems?.(error.problems.map(({ field }) => field));
        focusFirstError();
      }
    } finally {
      setSaving(false);
    }
  });

  return { submit, saving, failure };
}
