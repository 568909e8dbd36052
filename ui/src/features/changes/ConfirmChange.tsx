// The last question before passwords are changed or verified: how many, and when.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useWhen, WhenFields } from "../../components/WhenFields";
import { useCommand } from "../../data/command";
import { counted } from "../../i18n/format";
import type { ChangeRequestedView, Selection } from "../../ipc";

export type RequestKind = "change" | "verify";

type Props = {
  kind: RequestKind;
  selection: Selection;
  count: number;
  onRequested: (answer: ChangeRequestedView) => void;
  onClose: () => void;
};

const commandOf = { change: "operationRequestChange", verify: "operationRequestVerification" } as const;

export function ConfirmChange({ kind, selection, count, onRequested, onClose }: Props) {
  const { t } = useTranslation();
  const when = useWhen();
  const request = useCommand(commandOf[kind], onRequested);
  const confirm = () => {
    const scheduledAt = when.read();
    if (scheduledAt !== undefined) request.run({ selection, scheduledAt });
  };
  const words = counted(count);
  return (
    <ConfirmDialog
      opened
      title={t(kind === "change" ? "change.confirmTitle" : "verification.confirmTitle", words)}
      text={t(kind === "change" ? "change.confirmText" : "verification.confirmText", words)}
      confirm={t(kind === "change" ? "change.button" : "verification.button", words)}
      busy={request.busy}
      failure={request.failure}
      onConfirm={confirm}
      onClose={onClose}
    >
      <WhenFields when={when} />
    </ConfirmDialog>
  );
}
