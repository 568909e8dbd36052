// The second step of a sign-in: the password was right, and the code of the authenticator is still missing. Nothing of
// the vault is shown before the host has accepted it.
import { Anchor, Button } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { CodeField, isCode } from "../../components/fields/CodeField";
import { useActivity, useIdleTimer, usualMinutes } from "../../data/activity";
import { type ErrorText, formatError } from "../../i18n/errors";
import { call, failureOf, type SessionView } from "../../ipc";
import classes from "./session.module.css";

type Props = {
  userName: string;
  onOpened: (session: SessionView) => void;
  /** Returns to the password, with an optional message. */
  onLeave: (text: ErrorText | null) => void;
};

export function CodeStep({ userName, onOpened, onLeave }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const [error, setError] = useState<string | undefined>();
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const focus = () => requestAnimationFrame(() => form.current?.querySelector("input")?.focus());
  useEffect(() => {
    form.current?.querySelector("input")?.focus();
    // The host must close the vault however the form is left. After an accepted code this call does nothing.
    return () => {
      call("sessionLeaveCode").catch(() => {});
    };
  }, []);

  const gone = () => onLeave({ message: t("session.codeGone"), recovery: t("session.codeGoneText") });
  useActivity();
  useIdleTimer(usualMinutes, gone);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    if (!isCode(code)) {
      setError(t("session.codeMissing"));
      return focus();
    }
    setBusy(true);
    try {
      onOpened(await call("sessionEnterCode", { code }));
    } catch (thrown) {
      const refused = failureOf(thrown);
      setBusy(false);
      setCode("");
      if (refused.code === "locked") return gone();
      const text = formatError(refused);
      if (refused.code === "wrongCode") setError(`${text.message} ${text.recovery}`);
      else setFailure(text);
      focus();
    }
  };

  return (
    <form ref={form} onSubmit={submit} className={classes.form} noValidate aria-label={t("session.codeTitle")}>
      <div>
        <h1 className={classes.title}>{t("session.codeTitle")}</h1>
        <p className={classes.lead}>{t("session.codeText", { user: userName })}</p>
      </div>
      <CodeField
        value={code}
        error={error}
        onChange={(typed) => {
          setCode(typed);
          setError(undefined);
        }}
      />
      {failure && <FailureNote failure={failure} />}
      <Button type="submit" loading={busy} fullWidth>
        {t("start.unlock")}
      </Button>
      <p className={classes.lead}>{t("session.codeLost")}</p>
      <Anchor component="button" type="button" size="sm" onClick={() => onLeave(null)} className={classes.other}>
        {t("session.back")}
      </Anchor>
    </form>
  );
}
