// The drawers and dialogs over lists of operations and attempts: details and confirmations.
import { useTranslation } from "react-i18next";
import { ActionDialog } from "../../features/operations/ActionDialog";
import { AttemptDetails } from "../../features/operations/AttemptDetails";
import { OperationDetails } from "../../features/operations/OperationDetails";
import { ReconcileDialog } from "../../features/reconciliation/ReconcileDialog";
import type { OperationAction, OperationRowView } from "../../ipc";

export type OpenOperation = { what: "operation" | "attempt"; id: string } | null;
export type AskedOperation = { operation: OperationRowView; action: OperationAction } | null;

type Props = {
  open: OpenOperation;
  setOpen: (open: OpenOperation) => void;
  asked: AskedOperation;
  setAsked: (asked: AskedOperation) => void;
};

export function OperationOverlays({ open, setOpen, asked, setAsked }: Props) {
  const { t } = useTranslation();
  const ask = (operation: OperationRowView, action: OperationAction) => setAsked({ operation, action });
  const close = () => setAsked(null);
  return (
    <>
      {open?.what === "operation" && (
        <OperationDetails
          key={open.id}
          id={open.id}
          onClose={() => setOpen(null)}
          onAction={ask}
          onShow={(id) => setOpen({ what: "operation", id })}
        />
      )}
      {open?.what === "attempt" && (
        <AttemptDetails
          id={open.id}
          onClose={() => setOpen(null)}
          onAction={ask}
          onShowOperation={(id) => setOpen({ what: "operation", id })}
        />
      )}
      {asked?.action === "reconcile" ? (
        <ReconcileDialog
          credentialId={asked.operation.credentialId}
          name={t("credentials.label", {
            username: asked.operation.username,
            device: asked.operation.deviceName,
          })}
          operationId={asked.operation.id}
          onRequested={close}
          onClose={close}
        />
      ) : (
        asked && <ActionDialog operation={asked.operation} action={asked.action} onClose={close} />
      )}
    </>
  );
}
