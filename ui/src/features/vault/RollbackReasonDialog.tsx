// A dialog in which an Administrator gives the reason why a vault was rolled back; the reason stays in the audit trail.
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { useCommand } from "../../data/command";
import { formatProblems, formatRule } from "../../i18n/errors";
import type { SessionView, VaultWarning } from "../../ipc";

type Props = { kind: VaultWarning["kind"]; onSession: (session: SessionView) => void; onClose: () => void };

export function RollbackReasonDialog({ kind, onSession, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const dismiss = useCommand("warningDismiss", (session) => {
    onSession(session);
    onClose();
  });
  const problems = dismiss.error?.code === "invalid" ? formatProblems(dismiss.error.problems) : {};
  const missing = tried && reason.trim() === "" ? formatRule({ name: "required" }) : undefined;
  return (
    <FormDialog
      title={t("notices.knownTitle")}
      text={t("notices.knownText")}
      submit={t("notices.understood")}
      busy={dismiss.busy}
      failure={problems.reason ? null : dismiss.failure}
      onSubmit={() => {
        setTried(true);
        if (reason.trim() !== "") dismiss.run({ kind, reason: reason.trim() });
      }}
      onClose={onClose}
    >
      <Textarea
        data-autofocus
        label={t("notices.reason")}
        required
        rows={3}
        value={reason}
        error={missing ?? problems.reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
