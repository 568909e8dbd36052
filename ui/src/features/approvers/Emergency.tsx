// The switch for emergencies, which are applied without approvals. It can be turned off at once, but turned on only if
// others approve.
import { Button, Textarea } from "@mantine/core";
import { IconBolt, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { Note } from "../../components/feedback/Note";
import { StateBadge } from "../../components/feedback/StateBadge";
import { toast } from "../../components/feedback/toast";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { formatProblems } from "../../i18n/errors";
import type { ApproversView } from "../../ipc";

type Props = { view: ApproversView; mayWrite: boolean; onShow: (requestId: string) => void };

export function Emergency({ view, mayWrite, onShow }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { emergencyAllowed: allowed, emergencyRequestId: open } = view;
  return (
    <Panel
      title={t("approvers.emergency")}
      lead={t("approvers.emergencyLead")}
      status={
        <StateBadge
          badge={allowed ? { icon: IconBolt, tone: "red" } : { icon: IconCircleCheck, tone: "green" }}
          label={t(allowed ? "approvers.emergencyOn" : "approvers.emergencyOff")}
        />
      }
      actions={
        mayWrite &&
        open === null && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t(allowed ? "approvers.turnOff" : "approvers.turnOn")}
          </Button>
        )
      }
    >
      {open !== null && (
        <Note kind="plain" title={t("approvers.emergencyOpen")}>
          <Button variant="subtle" size="compact-sm" onClick={() => onShow(open)}>
            {t("approvers.showRequest")}
          </Button>
        </Note>
      )}
      {asking && <Switch allowed={!allowed} onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function Switch({ allowed, onClose }: { allowed: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const change = useCommand("emergencySwitch", (request) => {
    toast(request ? t("approvers.asked", { code: request.row.code }) : t("approvers.turnedOff"));
    onClose();
  });
  const error = change.error?.code === "invalid" ? formatProblems(change.error.problems).reason : undefined;
  return (
    <FormDialog
      title={t(allowed ? "approvers.turnOnTitle" : "approvers.turnOffTitle")}
      submit={t(allowed ? "approvers.askOn" : "approvers.turnOff")}
      busy={change.busy}
      disabled={reason.trim() === ""}
      failure={error ? null : change.failure}
      onSubmit={() => change.run({ allowed, reason: reason.trim() })}
      onClose={onClose}
    >
      <Note
        kind={allowed ? "warning" : "plain"}
        title={t(allowed ? "approvers.turnOnText" : "approvers.turnOffText")}
      />
      <Textarea
        label={t("batch.reason")}
        withAsterisk
        autosize
        minRows={2}
        maxRows={6}
        data-autofocus
        value={reason}
        error={error}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
