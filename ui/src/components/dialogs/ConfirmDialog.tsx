// A dialog that asks before an action. Its button is the verb, and it shows the error if the action failed.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ErrorText } from "../../i18n/errors";
import { FailureNote } from "../feedback/Note";
import { useReturnFocus } from "./returnFocus";

type Props = {
  opened: boolean;
  title: string;
  text: ReactNode;
  confirm: string;
  cancel?: string;
  danger?: boolean;
  busy?: boolean;
  failure?: ErrorText | null;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
};

export function ConfirmDialog(props: Props) {
  const { opened, title, text, confirm, cancel, danger, busy, failure, onConfirm, onClose, children } = props;
  useReturnFocus();
  const { t } = useTranslation();
  const described = useId();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="26rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
      aria-describedby={described}
    >
      <Stack gap="md">
        <Text id={described} component="div">
          {text}
        </Text>
        {children}
        {failure && <FailureNote failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={busy}>
            {cancel ?? t("common.cancel")}
          </Button>
          <Button color={danger ? "red.9" : undefined} loading={busy} onClick={onConfirm} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
