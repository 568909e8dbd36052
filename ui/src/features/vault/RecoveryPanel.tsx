// Settings → Vault: the state of the recovery kit, and making a new one.
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExactTime } from "../../components/display/Time";
import { StateBadge } from "../../components/feedback/StateBadge";
import { Facts } from "../../components/layout/Facts";
import { Panel } from "../../components/layout/Panel";
import type { RecoveryStatus, VaultView } from "../../ipc";
import { MakeRecoveryKit } from "./MakeRecoveryKit";

const badges = {
  none: { icon: IconAlertTriangle, tone: "amber" },
  unchecked: { icon: IconAlertTriangle, tone: "amber" },
  checked: { icon: IconCircleCheck, tone: "green" },
} as const satisfies Record<RecoveryStatus, unknown>;

type Props = { vault: VaultView; mayWrite: boolean; withKeyFile: boolean; opened: boolean };

export function RecoveryPanel({ vault, mayWrite, withKeyFile, opened }: Props) {
  const { t } = useTranslation();
  const [making, setMaking] = useState(opened);
  const { recovery } = vault;
  return (
    <Panel
      title={t("kit.panel")}
      lead={t("kit.lead")}
      status={<StateBadge badge={badges[recovery.status]} label={t(`kit.standings.${recovery.status}`)} />}
      actions={
        mayWrite && (
          <Button variant={recovery.status === "checked" ? "default" : "filled"} onClick={() => setMaking(true)}>
            {t(recovery.status === "none" ? "kit.make" : "kit.makeNew")}
          </Button>
        )
      }
    >
      <Facts
        facts={[
          { name: t("kit.madeAt"), value: recovery.madeAt && <ExactTime at={recovery.madeAt} /> },
          { name: t("kit.madeBy"), value: recovery.madeBy },
          { name: t("kit.checkedAt"), value: recovery.checkedAt && <ExactTime at={recovery.checkedAt} /> },
        ]}
      />
      {making && (
        <MakeRecoveryKit status={recovery.status} withKeyFile={withKeyFile} onClose={() => setMaking(false)} />
      )}
    </Panel>
  );
}
