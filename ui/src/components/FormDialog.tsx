// A small form in a dialogue: some fields, what went wrong, the buttons.
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "./Note";
import { useReturnFocus } from "./returnFocus";

type Props = {
  title: string;
  text?: ReactNode;
  submit: string;
  saving: boolean;
  disabled?: boolean;
  failure: { message: string; recovery: string } | null;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
};

export function FormDialog({ title, text, submit, saving, disabled, failure, onSubmit, onClose, children }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={saving ? () => {} : onClose}
      title={title}
      size="26rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        onSubmit={(event) => {
          // It may stand over another form: that one is not what is sent.
          event.stopPropagation();
          onSubmit(event);
        }}
        noValidate
        aria-label={title}
        autoComplete="off"
      >
        <Stack gap="md">
          {text && <div>{text}</div>}
          {children}
          {failure && <FailureNote told={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={saving}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={saving} disabled={disabled}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
