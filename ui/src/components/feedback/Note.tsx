// A message that the user must see: the event, and the next step.
import { Alert } from "@mantine/core";
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ErrorText } from "../../i18n/errors";
import classes from "./Note.module.css";
import { Reference } from "./Reference";

const kinds = {
  error: { icon: IconAlertOctagon, role: "alert" },
  warning: { icon: IconAlertTriangle, role: "note" },
  good: { icon: IconCircleCheck, role: "status" },
  plain: { icon: IconInfoCircle, role: "note" },
} as const;

type Props = { kind: keyof typeof kinds; title?: string; children?: ReactNode };

export function Note({ kind, title, children }: Props) {
  const { icon: Sign, role } = kinds[kind];
  return (
    <Alert
      role={role}
      variant="default"
      title={title}
      icon={<Sign size={18} aria-hidden />}
      className={classes.note}
      data-kind={kind}
      classNames={{ body: classes.body, title: classes.title, message: classes.message, icon: classes.icon }}
    >
      {children}
    </Alert>
  );
}

/** The error of a failed command: the message first, then the advice. */
export function FailureNote({ failure }: { failure: ErrorText }) {
  return (
    <Note kind="error" title={failure.message}>
      {failure.recovery}
      {failure.reference && <Reference reference={failure.reference} />}
    </Note>
  );
}
