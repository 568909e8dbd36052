// Asks before an action on one operation or several, and names the action and its effect.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { toast } from "../../components/feedback/toast";
import { useCommand } from "../../data/command";
import { counted } from "../../i18n/format";
import type { OperationActedView, OperationAction, OperationRowView } from "../../ipc";

/** The actions that need only a confirmation; a reconciliation has its own dialog. */
export type PlainAction = Exclude<OperationAction, "reconcile">;

type One = { operation: OperationRowView; action: PlainAction; onClose: () => void };

const commandOf = {
  runNow: "operationRunNow",
  cancel: "operationCancel",
  restart: "operationRestart",
} as const satisfies Record<PlainAction, string>;

export function ActionDialog({ operation, action, onClose }: One) {
  const { t } = useTranslation();
  const code = operation.code;
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

type Several = {
  ids: string[];
  action: PlainAction;
  onDone: (answer: OperationActedView) => void;
  onClose: () => void;
};

export function SeveralDialog({ ids, action, onDone, onClose }: Several) {
  const { t } = useTranslation();
  const words = counted(ids.length);
  const command = useCommand("operationAct", onDone);
  const asksYesOrNo = action === "runNow";
  return (
    <ConfirmDialog
      opened
      title={t(`operations.several.${action}Title`, words)}
      text={t(`operations.several.${action}Text`, words)}
      confirm={asksYesOrNo ? t("common.yes") : t(`operations.several.${action}`, words)}
      cancel={asksYesOrNo ? t("common.no") : undefined}
      danger={action === "cancel"}
      busy={command.busy}
      failure={command.failure}
      onConfirm={() => command.run({ action, ids })}
      onClose={onClose}
    />
  );
}
