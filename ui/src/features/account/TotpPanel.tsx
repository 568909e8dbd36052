// My account: the authenticator. Its secret is shown once, and it takes effect after a first code.
import { Button, Stack } from "@mantine/core";
import { IconCircleCheck, IconCircleOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { StateBadge } from "../../components/feedback/StateBadge";
import { toast } from "../../components/feedback/toast";
import { CodeField, isCode } from "../../components/fields/CodeField";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { useReportHidden } from "../../data/hidden";
import { formatError } from "../../i18n/errors";
import type { AccountView, ConfirmRequest, TotpSetupView } from "../../ipc";
import classes from "./account.module.css";
import { ConfirmByPassword } from "./ConfirmByPassword";

type Open = "prove" | "remove" | { setup: TotpSetupView } | null;

export const onOffBadge = (on: boolean) =>
  on ? ({ icon: IconCircleCheck, tone: "green" } as const) : ({ icon: IconCircleOff, tone: "gray" } as const);

export function TotpPanel({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const [code, setCode] = useState("");
  const close = () => {
    setOpen(null);
    setCode("");
  };
  const begin = useCommand("accountTotpBegin", (setup) => {
    setCode("");
    setOpen({ setup });
  });
  const remove = useCommand("accountTotpRemove", () => {
    toast(t("account.totpRemoved"));
    close();
  });
  /** A user who has an authenticator proves it with a code; an error of the code is shown at its field. */
  const proven = (command: typeof begin | typeof remove) => {
    const wrong = command.error?.code === "wrongCode" ? formatError(command.error) : null;
    return {
      withKeyFile: account.keyFile,
      incomplete: account.totp && !isCode(code),
      command: {
        ...command,
        run: (request: ConfirmRequest) => command.run({ ...request, code: account.totp ? code : null }),
        failure: wrong ? null : command.failure,
      },
      children: account.totp && (
        <CodeField value={code} error={wrong ? `${wrong.message} ${wrong.recovery}` : undefined} onChange={setCode} />
      ),
      onClose: close,
    };
  };
  return (
    <Panel
      title={t("account.totp")}
      lead={t("account.totpLead")}
      status={
        <StateBadge badge={onOffBadge(account.totp)} label={t(account.totp ? "account.setUp" : "account.notSetUp")} />
      }
      actions={
        <>
          <Button variant="default" onClick={() => setOpen("prove")}>
            {t(account.totp ? "account.totpReplace" : "account.totpSet")}
          </Button>
          {account.totp && (
            <Button variant="default" onClick={() => setOpen("remove")}>
              {t("account.totpRemove")}
            </Button>
          )}
        </>
      }
    >
      {open === "prove" && (
        <ConfirmByPassword
          title={t(account.totp ? "account.totpReplace" : "account.totpSet")}
          text={account.totp ? t("account.totpOldCode") : undefined}
          submit={t("account.goOn")}
          {...proven(begin)}
        />
      )}
      {open === "remove" && (
        <ConfirmByPassword
          title={t("account.totpRemove")}
          text={t("account.totpRemoveText")}
          submit={t("account.totpRemove")}
          danger
          {...proven(remove)}
        />
      )}
      {open !== null && typeof open === "object" && <SetUp setup={open.setup} onClose={close} />}
    </Panel>
  );
}

function SetUp({ setup, onClose }: { setup: TotpSetupView; onClose: () => void }) {
  const { t } = useTranslation();
  useReportHidden(setup.shown);
  const [code, setCode] = useState("");
  const confirm = useCommand("accountTotpConfirm", () => {
    toast(t("account.totpDone"));
    onClose();
  });
  return (
    <FormDialog
      title={t("account.totpSet")}
      submit={t("account.totpConfirm")}
      wide
      busy={confirm.busy}
      disabled={!isCode(code)}
      failure={confirm.failure}
      onSubmit={() => confirm.run({ code })}
      onClose={onClose}
    >
      <div className={classes.setup}>
        <img
          className={classes.code}
          src={`data:image/svg+xml;utf8,${encodeURIComponent(setup.qrSvg)}`}
          alt={t("account.totpQr")}
        />
        <Stack gap="sm">
          <div>{t("account.totpScan")}</div>
          <code className={classes.secret}>{setup.secret}</code>
          <CodeField autoFocus value={code} onChange={setCode} />
        </Stack>
      </div>
    </FormDialog>
  );
}
