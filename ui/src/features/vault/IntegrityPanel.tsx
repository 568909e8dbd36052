// Settings → Vault: the check that no page of the file is damaged.
import { Button } from "@mantine/core";
import { IconAlertOctagon, IconCircleCheck, IconHelpCircle, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ExactTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { StateBadge } from "../../components/feedback/StateBadge";
import { TaskBar } from "../../components/feedback/TaskBar";
import { Facts } from "../../components/layout/Facts";
import { Panel } from "../../components/layout/Panel";
import { useTask } from "../../data/task";
import { formatExact, formatNumber } from "../../i18n/format";
import type { IntegrityStatus, VaultView } from "../../ipc";

const badges = {
  unknown: { icon: IconHelpCircle, tone: "gray" },
  running: { icon: IconRefresh, tone: "teal" },
  sound: { icon: IconCircleCheck, tone: "green" },
  damaged: { icon: IconAlertOctagon, tone: "red" },
  displaced: { icon: IconAlertOctagon, tone: "red" },
} as const satisfies Record<IntegrityStatus, unknown>;

export function IntegrityPanel({ vault, mayRun }: { vault: VaultView; mayRun: boolean }) {
  const { t } = useTranslation();
  const run = useTask("integrity", "integrityRun");
  const { integrity, newestGood } = vault;
  const status = run.busy ? "running" : integrity.status;
  return (
    <Panel
      title={t("vault.integrity")}
      lead={t("vault.integrityLead")}
      status={<StateBadge badge={badges[status]} label={t(`vault.integrityStandings.${status}`)} />}
      actions={
        mayRun &&
        !run.busy && (
          <Button variant="default" onClick={() => run.run()}>
            {t("vault.integrityRun")}
          </Button>
        )
      }
    >
      {run.busy && (
        <TaskBar
          label={t("task.phases.checkingPages")}
          done={run.progress?.done ?? 0}
          total={run.progress?.total ?? null}
          onCancel={run.cancel}
        />
      )}
      {!run.busy && (
        <Facts
          facts={[
            {
              name: t("vault.integrityAt"),
              value: integrity.checkedAt ? <ExactTime at={integrity.checkedAt} /> : t("common.never"),
            },
            { name: t("vault.pages"), value: integrity.pages !== null && formatNumber(integrity.pages) },
          ]}
        />
      )}
      {integrity.status === "damaged" && (
        <Note kind="error" title={t("vault.damaged")}>
          {t("vault.damagedText")} {newestGood && t("vault.damagedBackup", { at: formatExact(newestGood.madeAt) })}
          <ul>
            {integrity.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </Note>
      )}
      {run.failure && <FailureNote failure={run.failure} />}
    </Panel>
  );
}
