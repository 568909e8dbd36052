// The screen of a vault with damaged files: nothing was written to them, and the newest verified backup is offered.
import { Anchor, Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/feedback/Note";
import { PathField } from "../../components/fields/PathField";
import { type ErrorText, formatError, formatRule } from "../../i18n/errors";
import { counted, formatExact } from "../../i18n/format";
import { call, type DamageView, failureOf, type RecentVaultView } from "../../ipc";
import { vaultNameOf, vaultPath } from "./path";
import classes from "./session.module.css";

type Props = { path: string; onRestored: (vault: RecentVaultView) => void; onLeave: () => void };

export function DamagedVault({ path, onRestored, onLeave }: Props) {
  const { t } = useTranslation();
  const [damage, setDamage] = useState<DamageView | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [folder, setFolder] = useState("");
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    call("vaultDamage", { path })
      .then((view) => {
        setDamage(view);
        setFrom(view.backups[0]?.path ?? null);
        setFolder(view.suggestedFolder);
        setName(t("session.restoredName", { name: view.vaultName }));
      })
      .catch((thrown: unknown) => setFailure(formatError(failureOf(thrown))));
  }, [path, t]);

  const restore = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = { folder, name: name.trim() };
    const missing = Object.entries(values).filter(([, value]) => value === "");
    setErrors(Object.fromEntries(missing.map(([field]) => [field, formatRule({ name: "required" })])));
    if (missing.length > 0 || from === null) return;
    setFailure(null);
    setBusy(true);
    try {
      onRestored(await call("backupRestore", { path: from, ...values }));
    } catch (thrown) {
      setBusy(false);
      setFailure(formatError(failureOf(thrown)));
    }
  };
  const chooseAnother = async () => {
    const picked = await call("filePick", { purpose: "backup" }).catch(() => null);
    if (picked !== null) setFrom(picked);
  };
  const backups = damage?.backups ?? [];
  const newest = backups[0];
  const choices = backups.map((backup) => ({
    value: backup.path,
    label: t("session.backupOf", { at: formatExact(backup.madeAt), ...counted(backup.auditEntries) }),
  }));
  if (from !== null && !backups.some((backup) => backup.path === from)) choices.push({ value: from, label: from });

  return (
    <form onSubmit={restore} className={classes.form} noValidate aria-label={t("session.damagedTitle")}>
      <h1 className={classes.title}>{t("session.damagedTitle")}</h1>
      <Note kind="error" title={t("session.damagedWhat", { vault: vaultNameOf(path) })}>
        {t("session.damagedText", { path })}
      </Note>
      {damage && newest && (
        <Note kind="good" title={t("session.newestBackup", { at: formatExact(newest.madeAt) })}>
          {t("session.newestBackupText")}
        </Note>
      )}
      {damage && !newest && from === null && <Note kind="warning">{t("session.noBackup")}</Note>}
      {choices.length > 0 && (
        <Select
          label={t("session.restoreFrom")}
          data={choices}
          value={from}
          allowDeselect={false}
          onChange={(value) => setFrom(value ?? from)}
        />
      )}
      <Anchor component="button" type="button" size="xs" onClick={chooseAnother} className={classes.other}>
        {t("session.anotherBackup")}
      </Anchor>
      {from !== null && (
        <>
          <TextInput
            label={t("session.restoreName")}
            value={name}
            error={errors.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PathField
            label={t("start.folder")}
            value={folder}
            error={errors.folder}
            description={name.trim() && t("start.folderHint", { path: vaultPath(folder, name.trim()) })}
            choose={() => call("folderPick", { purpose: "createVault" })}
            onChange={setFolder}
          />
          <Button type="submit" loading={busy} fullWidth>
            {t("session.restore")}
          </Button>
        </>
      )}
      {failure && <FailureNote failure={failure} />}
      <Anchor component="button" type="button" size="sm" onClick={onLeave} className={classes.other}>
        {t("session.back")}
      </Anchor>
    </form>
  );
}
