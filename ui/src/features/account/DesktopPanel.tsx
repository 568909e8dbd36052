// My account: unlocking with a key that this desktop's own key store keeps.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/feedback/Note";
import { StateBadge } from "../../components/feedback/StateBadge";
import { toast } from "../../components/feedback/toast";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import type { AccountView } from "../../ipc";
import { ConfirmByPassword } from "./ConfirmByPassword";
import { onOffBadge } from "./TotpPanel";

export function DesktopPanel({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const on = account.desktop === "on";
  const enable = useCommand("accountDesktopEnable", () => {
    toast(t("account.desktopDone"));
    setAsking(false);
  });
  const forget = useCommand("accountDesktopForget", () => toast(t("account.desktopForgotten")));
  return (
    <Panel
      title={t("account.desktop")}
      lead={t("account.desktopLead")}
      status={<StateBadge badge={onOffBadge(on)} label={t(on ? "parameters.on" : "parameters.off")} />}
      actions={
        on ? (
          <Button variant="default" loading={forget.busy} onClick={() => forget.run()}>
            {t("account.desktopForget")}
          </Button>
        ) : (
          account.desktop === "off" && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {t("account.desktopEnable")}
            </Button>
          )
        )
      }
    >
      {account.desktop === "noKeyStore" && <Note kind="plain">{t("account.noKeyStore")}</Note>}
      {forget.failure && <FailureNote failure={forget.failure} />}
      {asking && (
        <ConfirmByPassword
          title={t("account.desktopEnable")}
          text={t("account.desktopText")}
          submit={t("account.desktopEnable")}
          withKeyFile={account.keyFile}
          command={enable}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
