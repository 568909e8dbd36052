// Settings → Vault: the identity of the open vault.
import { useTranslation } from "react-i18next";
import { ExactTime, RelativeTime } from "../../components/display/Time";
import { Note } from "../../components/feedback/Note";
import { Facts } from "../../components/layout/Facts";
import { Panel } from "../../components/layout/Panel";
import { formatNumber } from "../../i18n/format";
import type { VaultView } from "../../ipc";

export function VaultSummaryPanel({ vault }: { vault: VaultView }) {
  const { t } = useTranslation();
  const { lockedKibibytes: locked, wantedKibibytes: wanted } = vault.memory;
  return (
    <Panel title={vault.name}>
      <Facts
        facts={[
          { name: t("start.folder"), value: vault.path },
          { name: t("vault.founder"), value: vault.founder },
          { name: t("vault.created"), value: <ExactTime at={vault.createdAt} /> },
          { name: t("vault.format"), value: formatNumber(vault.format) },
          {
            name: t("vault.newestBackup"),
            value: vault.newestGood ? <RelativeTime at={vault.newestGood.madeAt} /> : t("common.none"),
          },
          {
            name: t("vault.memory"),
            value:
              locked < wanted
                ? t("vault.memoryNotLocked", { locked: formatNumber(locked), wanted: formatNumber(wanted) })
                : t("vault.memoryLocked"),
          },
        ]}
      />
      {vault.service && (
        <Note kind="warning" title={t("session.synced", { service: t(`session.services.${vault.service}`) })}>
          {t("session.syncedText")}
        </Note>
      )}
    </Panel>
  );
}
