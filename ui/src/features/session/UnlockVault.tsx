// Opens a vault: one of the recent ones, or one found by its folder.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/Note";
import { type Told, tellError, tellProblems, tellRule } from "../../i18n/told";
import { call, failureOf, type RecentVaultView, type SessionView } from "../../ipc";
import { FolderField } from "./FolderField";
import { RecentVaults } from "./RecentVaults";
import classes from "./session.module.css";

type Props = {
  recent: RecentVaultView[];
  /** Opening one that is not in the list. */
  elsewhere: boolean;
  onOpened: (session: SessionView) => void;
  onForgotten: (path: string) => void;
};

export function UnlockVault({ recent, elsewhere, onOpened, onForgotten }: Props) {
  const { t } = useTranslation();
  const first = elsewhere ? undefined : (recent.find((vault) => vault.exists) ?? recent[0]);
  const [path, setPath] = useState(first?.path ?? "");
  const [userName, setUserName] = useState(first?.userName ?? "");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const chosen = elsewhere ? undefined : recent.find((vault) => vault.path === path);

  useEffect(() => {
    if (first?.exists && first.userName) passwordField.current?.focus();
  }, [first?.exists, first?.userName]);

  const choose = (vault: RecentVaultView) => {
    setPath(vault.path);
    setUserName(vault.userName);
    setFailure(null);
    setErrors({});
  };
  const forget = async (vault: RecentVaultView) => {
    try {
      await call("vaultForget", { path: vault.path });
      onForgotten(vault.path);
    } catch (thrown) {
      setFailure(tellError(failureOf(thrown)));
    }
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setFailure(null);
    const values = { path, userName, password };
    const missing = Object.entries(values).filter(([, value]) => value === "");
    setErrors(Object.fromEntries(missing.map(([name]) => [name, tellRule({ name: "required" })])));
    if (missing.length > 0) return;
    setBusy(true);
    try {
      onOpened(await call("vaultUnlock", values));
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(false);
      setPassword("");
      if (error.code === "invalid") setErrors(tellProblems(error.problems));
      setFailure(tellError(error));
      requestAnimationFrame(() => passwordField.current?.focus());
    }
  };

  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("start.unlockTitle")}>
      <h1 className={classes.title}>{t(elsewhere ? "start.openExisting" : "start.unlockTitle")}</h1>
      {elsewhere ? (
        <FolderField
          label={t("start.vaultFolder")}
          purpose="openVault"
          value={path}
          error={errors.path}
          onChange={setPath}
        />
      ) : (
        <RecentVaults vaults={recent} chosen={path} onChoose={choose} onForget={forget} />
      )}
      {chosen && !chosen.exists ? (
        <Note kind="warning" title={t("start.missing")}>
          {t("start.missingText", { path: chosen.path })}
        </Note>
      ) : (
        <>
          <TextInput
            label={t("start.yourName")}
            value={userName}
            error={errors.userName}
            autoComplete="off"
            onChange={(event) => setUserName(event.currentTarget.value)}
          />
          <PasswordInput
            ref={passwordField}
            label={t("start.password")}
            value={password}
            error={errors.password}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("start.showPassword") }}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {failure && <FailureNote told={failure} />}
          <Button type="submit" loading={busy} fullWidth>
            {t("start.unlock")}
          </Button>
        </>
      )}
    </form>
  );
}
