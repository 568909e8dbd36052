// The last question before passwords are changed: how many, and when.
import { SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Pair } from "../../components/FormDrawer";
import { useCommand } from "../../data/command";
import { counted } from "../../i18n/format";
import { tellProblems } from "../../i18n/told";
import type { ChangeRequestedView, Selection } from "../../ipc";
import { momentOf, nextHour } from "./when";

type Props = {
  selection: Selection;
  count: number;
  onRequested: (answer: ChangeRequestedView) => void;
  onClose: () => void;
};

export function ConfirmChange({ selection, count, onRequested, onClose }: Props) {
  const { t } = useTranslation();
  const [later, setLater] = useState(false);
  const [when, setWhen] = useState(() => nextHour(new Date()));
  const [refused, setRefused] = useState(false);
  const [reason, setReason] = useState("");
  const request = useCommand("operationRequestChange", onRequested);
  // Only where changes need approval is a reason asked for; the host says so.
  const refusedReason = request.error?.code === "invalid" ? tellProblems(request.error.problems).reason : undefined;
  const [asksReason, setAsksReason] = useState(false);
  if (refusedReason && !asksReason) setAsksReason(true);

  const confirm = () => {
    if (!later) return request.run({ selection, scheduledAt: null, reason: reason.trim() || null });
    const moment = momentOf(when.date, when.time);
    if (!moment || moment.getTime() <= Date.now()) return setRefused(true);
    request.run({ selection, scheduledAt: moment.toISOString(), reason: reason.trim() || null });
  };
  const field = (name: "date" | "time") => (
    <TextInput
      type={name}
      label={t(`change.${name}`)}
      placeholder={t(`change.${name}Placeholder`)}
      value={when[name]}
      error={refused && name === "date" ? t("change.timeInvalid") : refused}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setRefused(false);
        setWhen((before) => ({ ...before, [name]: value }));
      }}
    />
  );

  return (
    <ConfirmDialog
      opened
      title={t("change.confirmTitle", counted(count))}
      text={t("change.confirmText", counted(count))}
      confirm={t("change.button", counted(count))}
      busy={request.busy}
      failure={refusedReason ? null : request.failure}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          aria-label={t("change.when")}
          value={later ? "later" : "now"}
          onChange={(value) => setLater(value === "later")}
          data={[
            { value: "now", label: t("change.now") },
            { value: "later", label: t("change.later") },
          ]}
        />
        {later && (
          <Pair>
            {field("date")}
            {field("time")}
          </Pair>
        )}
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
