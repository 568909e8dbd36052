// The last question before passwords are changed or verified, with their number and the time.
import { Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { ScheduleFields, useSchedule } from "../../components/fields/ScheduleFields";
import { useCommand } from "../../data/command";
import { formatProblems } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import type { ChangeRequestedView, Selection } from "../../ipc";

export type RequestKind = "change" | "verify";

type Props = {
  kind: RequestKind;
  selection: Selection;
  count: number;
  /** False if there may be more than this number. */
  exact?: boolean;
  onRequested: (answer: ChangeRequestedView) => void;
  onClose: () => void;
};

const commandOf = { change: "operationRequestChange", verify: "operationRequestVerification" } as const;

export function ConfirmChange({ kind, selection, count, exact, onRequested, onClose }: Props) {
  const { t } = useTranslation();
  const when = useSchedule();
  const [reason, setReason] = useState("");
  const request = useCommand(commandOf[kind], onRequested);
  // A reason is asked for only if changes need approval; the host reports that.
  const refusedReason = request.error?.code === "invalid" ? formatProblems(request.error.problems).reason : undefined;
  const [asksReason, setAsksReason] = useState(false);
  if (refusedReason && !asksReason) setAsksReason(true);

  const confirm = () => {
    const scheduledAt = when.read();
    if (scheduledAt !== undefined) request.run({ selection, scheduledAt, reason: reason.trim() || null });
  };
  const words = counted(count, exact);
  return (
    <ConfirmDialog
      opened
      title={t(kind === "change" ? "change.confirmTitle" : "verification.confirmTitle", words)}
      text={t(kind === "change" ? "change.confirmText" : "verification.confirmText", words)}
      confirm={t(kind === "change" ? "change.button" : "verification.button", words)}
      busy={request.busy}
      failure={refusedReason ? null : request.failure}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="sm">
        <ScheduleFields when={when} />
        {asksReason && (
          <Textarea
            label={t("batch.reason")}
            description={t("change.needsApproval")}
            withAsterisk
            autosize
            minRows={2}
            maxRows={6}
            value={reason}
            error={refusedReason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  );
}
