// The one-time password of a new person or after a reset: shown once, to be handed over.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { PasswordDisplay } from "../../components/display/PasswordDisplay";
import { Note } from "../../components/feedback/Note";
import { useReportHidden } from "../../data/hidden";
import { formatExact } from "../../i18n/format";
import type { OneTimePasswordView } from "../../ipc";

export function OneTimePassword({ made, onClose }: { made: OneTimePasswordView; onClose: () => void }) {
  useReturnFocus();
  useReportHidden(made.shown);
  const { t } = useTranslation();
  return (
    <Modal
      opened
      // An accidental click outside must not close it, because the password would be lost.
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      onClose={onClose}
      title={t("users.oneTimeTitle", { name: made.user.name })}
      size="32rem"
    >
      <Stack gap="md">
        <Text>{t("users.oneTimeText", { name: made.user.name, at: formatExact(made.validUntil) })}</Text>
        <PasswordDisplay password={made.password} />
        <Note kind="warning">{t("users.oneTimeOnce")}</Note>
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>{t("users.oneTimeDone")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
