// Settings → Vault: the recovery kit, keys, integrity; and, on a separate tab, the backups.
import { Button, Skeleton, Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { Panels } from "../../components/layout/Panel";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { useAccount, useVault } from "../../data/records";
import { useMay } from "../../data/session";
import { MakeBackup } from "../../features/vault/BackupDialogs";
import { IntegrityPanel } from "../../features/vault/IntegrityPanel";
import { KeysPanel } from "../../features/vault/KeysPanel";
import { RecoveryPanel } from "../../features/vault/RecoveryPanel";
import { VaultSummaryPanel } from "../../features/vault/VaultSummaryPanel";
import { formatError } from "../../i18n/errors";
import { failureOf } from "../../ipc";
import type { Place } from "../places";
import { BackupList } from "./BackupList";
import classes from "./VaultScreen.module.css";

type Tab = "overview" | "backups";

export function VaultScreen({ place }: { place: Extract<Place, { screen: "vault" }> }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>(place.tab ?? "overview");
  const [making, setMaking] = useState(false);
  const mayWrite = useMay("writeVault");
  const { data: vault, error } = useVault();
  const withKeyFile = useAccount().data?.keyFile ?? false;
  return (
    <>
      <ScreenHeader
        title={t("vault.title")}
        action={mayWrite && <Button onClick={() => setMaking(true)}>{t("backups.makeNow")}</Button>}
      />
      <Tabs value={tab} onChange={(value) => setTab(value as Tab)} className={classes.tabs}>
        <Tabs.List>
          <Tabs.Tab value="overview">{t("vault.overview")}</Tabs.Tab>
          <Tabs.Tab value="backups">{t("backups.title")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel}>
          <Panels label={t("vault.title")}>
            {error && <FailureNote failure={formatError(failureOf(error))} />}
            {!vault && !error && <Skeleton height={320} mt="md" />}
            {vault && (
              <>
                <VaultSummaryPanel vault={vault} />
                <RecoveryPanel
                  vault={vault}
                  mayWrite={mayWrite}
                  withKeyFile={withKeyFile}
                  opened={place.makeKit ?? false}
                />
                <IntegrityPanel vault={vault} mayRun={mayWrite || vault.integrity.status === "damaged"} />
                <KeysPanel vault={vault} mayWrite={mayWrite} withKeyFile={withKeyFile} />
              </>
            )}
          </Panels>
        </Tabs.Panel>
        <Tabs.Panel value="backups" className={classes.panel}>
          {tab === "backups" && vault && <BackupList vault={vault} />}
        </Tabs.Panel>
      </Tabs>
      {making && vault && <MakeBackup folder={vault.backupFolder} onClose={() => setMaking(false)} />}
    </>
  );
}
