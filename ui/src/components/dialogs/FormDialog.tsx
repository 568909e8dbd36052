// A dialog with a form, its buttons and its error. For confirmations there is `ConfirmDialog`.

import { Modal as Box, Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ErrorText } from "../../i18n/errors";
import { FailureNote } from "../feedback/Note";
import { useReturnFocus } from "./returnFocus";

type Props = {
  title: string;
  text?: ReactNode;
  submit: string;
  busy?: boolean;
  danger?: boolean;
  disabled?: boolean;
  wide?: boolean;
  failure?: ErrorText | null;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
};

export function FormDialog(props: Props) {
  const { title, text, submit, busy, danger, disabled, wide, failure, onSubmit, onClose, children } = props;
  useReturnFocus();
  const { t } = useTranslation();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // The dialog may be over another form, which must not be submitted too.
    event.stopPropagation();
    if (!busy && !disabled) onSubmit(event);
  };
  return (
    <Box
      opened
      onClose={busy ? () => {} : onClose}
      title={title}
      size={wide ? "36rem" : "28rem"}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form onSubmit={send} noValidate autoComplete="off" aria-label={title}>
        <Stack gap="md">
          {text && <div>{text}</div>}
          {children}
          {failure && <FailureNote failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={busy}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={busy} disabled={disabled} color={danger ? "red.9" : undefined}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Box>
  );
}
