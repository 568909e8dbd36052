// Asks for the time at which a password is to be set again through a privileged credential. The result is a new
// operation.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { toast } from "../../components/feedback/toast";
import { ScheduleFields, useSchedule } from "../../components/fields/ScheduleFields";
import { useCommand } from "../../data/command";
import type { OperationRowView } from "../../ipc";

type Props = {
  credentialId: string;
  /** The name of the credential. */
  name: string;
  /** The failed operation, if the dialog was opened from one. */
  operationId: string | null;
  onRequested: (operation: OperationRowView) => void;
  onClose: () => void;
};

export function ReconcileDialog({ credentialId, name, operationId, onRequested, onClose }: Props) {
  const { t } = useTranslation();
  const when = useSchedule();
  const request = useCommand("credentialReconcile", (operation) => {
    toast(t("reconciliation.requested", { code: operation.code, name }));
    onRequested(operation);
  });
  return (
    <ConfirmDialog
      opened
      title={t("reconciliation.title", { name })}
      text={t("reconciliation.text")}
      confirm={t("reconciliation.confirm")}
      busy={request.busy}
      failure={request.failure}
      onConfirm={() => {
        const scheduledAt = when.read();
        if (scheduledAt !== undefined) request.run({ credentialId, operationId, scheduledAt });
      }}
      onClose={onClose}
    >
      <Text fw={550}>{t("reconciliation.scheduled")}</Text>
      <ScheduleFields when={when} />
    </ConfirmDialog>
  );
}
