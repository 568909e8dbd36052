// The screen of a locked window, behind which the vault is still open: who locked it, whether passwords are still being
// changed, and the sign-in for the same or another person.
import { Anchor } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/display/Time";
import type { LockedView, SessionView } from "../../ipc";
import { CodeStep } from "./CodeStep";
import { ExecutorLine } from "./ExecutorLine";
import { SignInFields } from "./SignInFields";
import classes from "./session.module.css";
import { useSignIn } from "./signIn";

type Props = {
  locked: LockedView;
  /** True if another person wants to sign in. */
  asAnotherUser: boolean;
  onOpened: (session: SessionView) => void;
  onPasswordForgotten: (path: string) => void;
  onDamaged: (path: string) => void;
};

export function LockedVault({ locked, asAnotherUser: wanted, onOpened, onPasswordForgotten, onDamaged }: Props) {
  const { t } = useTranslation();
  const [asAnotherUser, setAsAnotherUser] = useState(wanted);
  const [userName, setUserName] = useState(wanted ? "" : locked.userName);
  const [keyFile, setKeyFile] = useState<string | null>(null);
  const form = useSignIn({ path: locked.vaultPath, onOpened, onDamaged });
  const { field } = form;
  useEffect(() => {
    if (!wanted) field.current?.focus();
  }, [wanted, field]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    form.signIn({ userName, keyFile });
  };
  const turn = () => {
    form.clear();
    setAsAnotherUser(!asAnotherUser);
    setUserName(asAnotherUser ? locked.userName : "");
    setKeyFile(null);
  };

  if (form.owesCode !== null)
    return <CodeStep userName={form.owesCode} onOpened={form.onOpened} onLeave={form.leaveCode} />;
  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("session.lockedTitle")}>
      <div>
        <h1 className={classes.title}>{t("session.lockedTitle")}</h1>
        <p className={classes.lead}>
          {t(`session.lockedBy.${locked.reason}`, { user: locked.userName, vault: locked.vaultName })} –{" "}
          <RelativeTime at={locked.lockedAt} />
        </p>
      </div>
      <ExecutorLine executor={locked.executor} />
      {asAnotherUser ? (
        <p className={classes.lead}>{t("session.anotherText", { user: locked.userName })}</p>
      ) : (
        <p className={classes.person}>{locked.userName}</p>
      )}
      <SignInFields
        key={String(asAnotherUser)}
        form={form}
        userName={userName}
        onUserName={setUserName}
        keyFile={keyFile}
        onKeyFile={setKeyFile}
        withoutName={!asAnotherUser}
        desktopKey={locked.desktopKey && !asAnotherUser}
        onForgotten={() => onPasswordForgotten(locked.vaultPath)}
      />
      <Anchor component="button" type="button" size="sm" onClick={turn} className={classes.other}>
        {asAnotherUser ? t("session.sameUser", { user: locked.userName }) : t("session.anotherUser")}
      </Anchor>
    </form>
  );
}
