// Opens a vault: a recent one, or one that is chosen by its folder.
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Note } from "../../components/feedback/Note";
import { PathField } from "../../components/fields/PathField";
import { formatError } from "../../i18n/errors";
import { call, failureOf, type RecentVaultView, type SessionView } from "../../ipc";
import { CodeStep } from "./CodeStep";
import { RecentVaults } from "./RecentVaults";
import { SignInFields } from "./SignInFields";
import classes from "./session.module.css";
import { useSignIn } from "./signIn";

type Props = {
  recent: RecentVaultView[];
  /** For each recent vault: true if this desktop holds a key for the user who opened it last. */
  desktopKeys: boolean[];
  /** True for opening a vault that is not in the list. */
  elsewhere: boolean;
  /** The vault that is selected first, for example one that was just restored. */
  chosen?: string;
  onOpened: (session: SessionView) => void;
  onForgotten: (path: string) => void;
  onPasswordForgotten: (path: string) => void;
  onDamaged: (path: string) => void;
};

export function UnlockVault(props: Props) {
  const { recent, desktopKeys, elsewhere, onOpened, onForgotten, onPasswordForgotten, onDamaged } = props;
  const { t } = useTranslation();
  // Only the user's choice is stored here, because the list may change while it is shown: a vault that was just closed
  // is read again.
  const [picked, setPicked] = useState<string | null>(null);
  const [typedName, setTypedName] = useState<string | null>(null);
  const [keyFile, setKeyFile] = useState<string | null>(null);
  const listed = (wanted: string | null | undefined) => recent.find((vault) => vault.path === wanted);
  const first = elsewhere ? undefined : (listed(props.chosen) ?? recent.find((vault) => vault.exists) ?? recent[0]);
  const chosen = elsewhere ? undefined : (listed(picked) ?? first);
  const path = (elsewhere ? picked : chosen?.path) ?? "";
  const userName = typedName ?? chosen?.userName ?? "";
  const form = useSignIn({ path, onOpened, onDamaged });
  const hasDesktopKey = chosen !== undefined && (desktopKeys[recent.indexOf(chosen)] ?? false);

  const { field } = form;
  useEffect(() => {
    if (first?.exists && first.userName) field.current?.focus();
  }, [first?.exists, first?.userName, field]);

  const choose = (vault: RecentVaultView) => {
    setPicked(vault.path);
    setTypedName(null);
    setKeyFile(null);
    form.clear();
  };
  const forget = async (vault: RecentVaultView) => {
    try {
      await call("vaultForget", { path: vault.path });
      onForgotten(vault.path);
    } catch (thrown) {
      form.showFailure(formatError(failureOf(thrown)));
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    form.signIn({ userName, keyFile });
  };

  if (form.owesCode !== null)
    return <CodeStep userName={form.owesCode} onOpened={form.onOpened} onLeave={form.leaveCode} />;
  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("start.unlockTitle")}>
      <h1 className={classes.title}>{t(elsewhere ? "start.openExisting" : "start.unlockTitle")}</h1>
      {elsewhere ? (
        <PathField
          label={t("start.vaultFolder")}
          choose={() => call("folderPick", { purpose: "openVault" })}
          value={path}
          error={form.errors.path}
          onChange={setPicked}
        />
      ) : (
        <RecentVaults vaults={recent} chosen={path} onChoose={choose} onForget={forget} />
      )}
      {chosen && !chosen.exists ? (
        <Note kind="warning" title={t("start.missing")}>
          {t("start.missingText", { path: chosen.path })}
        </Note>
      ) : (
        <SignInFields
          form={form}
          userName={userName}
          onUserName={setTypedName}
          keyFile={keyFile}
          onKeyFile={setKeyFile}
          desktopKey={hasDesktopKey && userName === chosen.userName}
          onForgotten={path ? () => onPasswordForgotten(path) : undefined}
        />
      )}
    </form>
  );
}
