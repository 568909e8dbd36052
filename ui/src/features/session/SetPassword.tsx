// The first sign-in with a one-time password: the user must choose their own before anything else.
import { Anchor, Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { emptyNewPassword, NewPassword, type NewPasswordValue, problemsOf } from "../../components/fields/NewPassword";
import { measureStrength } from "../../data/strength";
import { type ErrorText, formatError, formatProblems } from "../../i18n/errors";
import { call, failureOf, type SessionView } from "../../ipc";
import classes from "./session.module.css";

type Props = { session: SessionView; onSet: (session: SessionView) => void; onLeave: () => void };

export function SetPassword({ session, onSet, onLeave }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<NewPasswordValue>(emptyNewPassword);
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setFailure(null);
    const problems = problemsOf(chosen);
    setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    setBusy(true);
    try {
      onSet(await call("sessionSetPassword", { password: chosen.password }));
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(false);
      if (error.code === "invalid") setErrors(formatProblems(error.problems));
      else setFailure(formatError(error));
    }
  };

  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("session.setTitle")}>
      <div>
        <h1 className={classes.title}>{t("session.setTitle")}</h1>
        <p className={classes.lead}>{t("session.setText", { user: session.userName, vault: session.vaultName })}</p>
      </div>
      <NewPassword
        autoFocus
        label={t("session.newPassword")}
        value={chosen}
        errors={errors}
        userInputs={[session.userName, session.vaultName]}
        measure={measureStrength}
        onChange={(next) => {
          setChosen(next);
          setErrors({});
        }}
      />
      {failure && <FailureNote failure={failure} />}
      <Button type="submit" loading={busy} fullWidth>
        {t("session.setAndEnter")}
      </Button>
      <Anchor component="button" type="button" size="sm" onClick={onLeave} className={classes.other}>
        {t("session.signOut")}
      </Anchor>
    </form>
  );
}
