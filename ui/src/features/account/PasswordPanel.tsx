// My account: the password.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { RelativeTime } from "../../components/display/Time";
import { toast } from "../../components/feedback/toast";
import { emptyNewPassword, NewPassword, type NewPasswordValue, problemsOf } from "../../components/fields/NewPassword";
import { emptyProof, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import { Facts } from "../../components/layout/Facts";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { measureStrength } from "../../data/strength";
import { formatProblems } from "../../i18n/errors";
import { type AccountView, call } from "../../ipc";

export function PasswordPanel({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title={t("account.password")}
      lead={t("account.passwordLead")}
      actions={
        <Button variant="default" onClick={() => setChanging(true)}>
          {t("account.changePassword")}
        </Button>
      }
    >
      <Facts facts={[{ name: t("account.passwordChanged"), value: <RelativeTime at={account.passwordChangedAt} /> }]} />
      {changing && <ChangePassword account={account} onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function ChangePassword({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const { t } = useTranslation();
  const [proof, setProof] = useState(emptyProof);
  const [chosen, setChosen] = useState<NewPasswordValue>(emptyNewPassword);
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const change = useCommand("accountChangePassword", () => {
    toast(t("account.passwordDone"));
    onClose();
  });
  const refused = change.error?.code === "invalid" ? formatProblems(change.error.problems) : {};
  const submit = () => {
    const problems = problemsOf(chosen);
    setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    change.run({ current: proof.password, password: chosen.password, keyFile: proof.keyFile || null });
  };
  return (
    <FormDialog
      title={t("account.changePassword")}
      submit={t("account.changePassword")}
      wide
      busy={change.busy}
      disabled={proof.password === ""}
      failure={change.error?.code === "invalid" ? null : change.failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <ReauthenticationFields
        autoFocus
        label={t("account.currentPassword")}
        value={proof}
        withKeyFile={account.keyFile}
        chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
        onChange={setProof}
      />
      <NewPassword
        label={t("session.newPassword")}
        value={chosen}
        errors={{ ...refused, ...errors }}
        userInputs={[account.userName]}
        measure={measureStrength}
        onChange={(next) => {
          setChosen(next);
          setErrors({});
          change.reset();
        }}
      />
    </FormDialog>
  );
}
