// Covers the window while the program ends and still waits for operations. Closing again does not wait for it to be
// seen.
import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { WaitingFor } from "../features/session/WaitingFor";
import type { RunningOperationView } from "../ipc";

export default function Quitting({ waiting }: { waiting: RunningOperationView[] }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      title={t("session.quitting")}
      size="28rem"
    >
      <WaitingFor waiting={waiting} />
      <Text c="dimmed">{t("session.quittingText")}</Text>
    </Modal>
  );
}
