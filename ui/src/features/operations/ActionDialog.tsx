// Asks before an operation is executed at once, cancelled or restarted, naming it and what follows.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { toast } from "../../components/toast";
import { useCommand } from "../../data/command";
import { formatNumber } from "../../i18n/format";
import type { OperationAction, OperationRowView } from "../../ipc";

type Props = { operation: OperationRowView; action: OperationAction; onClose: () => void };

const commandOf = {
  runNow: "operationRunNow",
  cancel: "operationCancel",
  restart: "operationRestart",
} as const satisfies Record<OperationAction, string>;

export function ActionDialog({ operation, action, onClose }: Props) {
  const { t } = useTranslation();
  const code = formatNumber(operation.code);
  const name = t("credentials.label", { username: operation.username, device: operation.deviceName });
  const command = useCommand(commandOf[action], () => {
    toast(t(`operations.${action}Done`, { code }));
    onClose();
  });
  const asksYesOrNo = action === "runNow";
  return (
    <ConfirmDialog
      opened
      title={t(`operations.${action}Title`, { code })}
      text={t(`operations.${action}Text`, { name })}
      confirm={asksYesOrNo ? t("common.yes") : t(`operations.actions.${action}`)}
      cancel={asksYesOrNo ? t("common.no") : action === "cancel" ? t("operations.keep") : undefined}
      danger={action === "cancel"}
      busy={command.busy}
      failure={command.failure}
      onConfirm={() => command.run({ id: operation.id })}
      onClose={onClose}
    />
  );
}
