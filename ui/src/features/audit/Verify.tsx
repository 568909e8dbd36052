// Verifies the whole trail and says in plain language whether it is unchanged.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { FailureNote, Note } from "../../components/feedback/Note";
import { TaskBar } from "../../components/feedback/TaskBar";
import { useTask } from "../../data/task";
import { counted, formatExact, formatNumber } from "../../i18n/format";
import type { AuditVerdictView } from "../../ipc";

type Props = { onShowEntry: (number: number) => void; onClose: () => void };

function Verdict({ verdict }: { verdict: AuditVerdictView }) {
  const { t } = useTranslation();
  if (verdict.verdict === "intact")
    return (
      <Note kind="good" title={t("audit.intact", counted(verdict.entries))}>
        {verdict.signedAt
          ? t("audit.intactSigned", { at: formatExact(verdict.signedAt), user: verdict.signedBy ?? "" })
          : t("audit.intactUnsigned")}
      </Note>
    );
  return (
    <Note kind="error" title={t("audit.broken", { entry: formatNumber(verdict.entry) })}>
      {t(`audit.breaks.${verdict.what}`)}{" "}
      {verdict.before && t("audit.brokenBefore", { at: formatExact(verdict.before) })} {t("audit.brokenTry")}
    </Note>
  );
}

export function Verify({ onShowEntry, onClose }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  const verify = useTask("auditVerify", "auditVerify");
  const { run } = verify;
  // The verification starts with the dialog, because the user has already pressed the button.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => run(), []);
  const verdict = verify.answer;
  const leave = () => {
    if (verify.busy) verify.cancel();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={leave}
      title={t("audit.verifyTitle")}
      size="30rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        <Text>{t("audit.verifyText")}</Text>
        {verify.busy && (
          <TaskBar
            label={t("task.phases.walkingTrail")}
            done={verify.progress?.done ?? 0}
            total={verify.progress?.total ?? null}
            onCancel={leave}
          />
        )}
        <div aria-live="polite">{verdict && <Verdict verdict={verdict} />}</div>
        {verify.failure && <FailureNote failure={verify.failure} />}
        <Group justify="flex-end" gap="xs">
          {verdict?.verdict === "broken" && (
            <Button variant="default" onClick={() => onShowEntry(verdict.entry)}>
              {t("audit.showEntry", { number: formatNumber(verdict.entry) })}
            </Button>
          )}
          <Button variant="default" onClick={leave}>
            {t("common.close")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
