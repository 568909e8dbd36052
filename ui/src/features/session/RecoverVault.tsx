// The way in after a forgotten password: the recovery kit's words open the vault, and an administrator gets a new
// password.
import { Anchor, Button, Select, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { emptyNewPassword, NewPassword, type NewPasswordValue, problemsOf } from "../../components/fields/NewPassword";
import { useActivity, useIdleTimer, usualMinutes } from "../../data/activity";
import { measureStrength } from "../../data/strength";
import { type ErrorText, formatError, formatProblems, formatRule } from "../../i18n/errors";
import { call, failureOf, type RecoveryOpenedView, type SessionView } from "../../ipc";
import { vaultNameOf } from "./path";
import classes from "./session.module.css";

type Props = { path: string; onOpened: (session: SessionView) => void; onLeave: () => void };

export const wordsIn = (text: string) => text.trim().split(/\s+/).filter(Boolean);

export function RecoverVault({ path, onOpened, onLeave }: Props) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [opened, setOpened] = useState<RecoveryOpenedView | null>(null);
  const [userId, setUserId] = useState("");
  const [chosen, setChosen] = useState<NewPasswordValue>(emptyNewPassword);
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (act: () => Promise<void>) => {
    setFailure(null);
    setBusy(true);
    try {
      await act();
    } catch (thrown) {
      const error = failureOf(thrown);
      if (error.code === "invalid") setErrors(formatProblems(error.problems));
      else setFailure(formatError(error));
    }
    setBusy(false);
  };
  const open = () => {
    if (wordsIn(words).length === 0) return setErrors({ words: formatRule({ name: "required" }) });
    attempt(async () => {
      const answer = await call("recoveryOpen", { path, words: wordsIn(words).join(" ").toLowerCase() });
      setWords("");
      setOpened(answer);
      setUserId(answer.administrators[0]?.id ?? "");
    });
  };
  const set = () => {
    const problems = problemsOf(chosen);
    setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    attempt(async () => onOpened(await call("recoverySetPassword", { userId, password: chosen.password })));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (opened) set();
    else open();
  };
  const leave = () => {
    if (opened) call("recoveryLeave").catch(() => {});
    onLeave();
  };
  // Words and passwords must not stay on a screen that nobody uses.
  useActivity();
  useIdleTimer(opened?.lockAfterMinutes ?? usualMinutes, leave);
  const person = opened?.administrators.find(({ id }) => id === userId)?.name ?? "";

  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("session.recoverTitle")}>
      <div>
        <h1 className={classes.title}>{t("session.recoverTitle")}</h1>
        <p className={classes.lead}>
          {opened ? t("session.recoverPersonText") : t("session.recoverText", { vault: vaultNameOf(path) })}
        </p>
      </div>
      {opened ? (
        <>
          {opened.administrators.length > 1 && (
            <Select
              label={t("session.recoverPerson")}
              data={opened.administrators.map(({ id, name }) => ({ value: id, label: name }))}
              value={userId}
              allowDeselect={false}
              onChange={(id) => setUserId(id ?? userId)}
            />
          )}
          {opened.administrators.length === 1 && <p className={classes.person}>{person}</p>}
          <NewPassword
            autoFocus
            label={t("session.newPassword")}
            value={chosen}
            errors={errors}
            userInputs={[person, opened.vaultName]}
            measure={measureStrength}
            onChange={(next) => {
              setChosen(next);
              setErrors({});
            }}
          />
        </>
      ) : (
        <Textarea
          label={t("session.recoverWords")}
          description={t("session.recoverWordsHint")}
          rows={4}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={words}
          error={errors.words}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            setErrors({});
          }}
        />
      )}
      {failure && <FailureNote failure={failure} />}
      <Button type="submit" loading={busy} fullWidth>
        {t(opened ? "session.setAndEnter" : "session.recoverOpen")}
      </Button>
      <Anchor component="button" type="button" size="sm" onClick={leave} className={classes.other}>
        {t("session.back")}
      </Anchor>
    </form>
  );
}
