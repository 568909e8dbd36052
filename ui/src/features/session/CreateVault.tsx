// The first run: the folder and name of the vault, and the name and password of its founder.
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/feedback/Note";
import { NewPassword } from "../../components/fields/NewPassword";
import { PathField } from "../../components/fields/PathField";
import { measureStrength } from "../../data/strength";
import { type ErrorText, formatError, formatProblems, formatRule } from "../../i18n/errors";
import { call, type FolderCheckView, failureOf, type SessionView } from "../../ipc";
import { vaultPath } from "./path";
import classes from "./session.module.css";

type Props = { suggestedFolder: string; onOpened: (session: SessionView) => void };
type Field = "folder" | "name" | "userName" | "password" | "repeat";

export function CreateVault({ suggestedFolder, onOpened }: Props) {
  const { t } = useTranslation();
  const [values, setValues] = useState({ folder: suggestedFolder, name: "", userName: "", password: "", repeat: "" });
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);

  const [place, setPlace] = useState<FolderCheckView | null>(null);
  const [folder] = useDebouncedValue(values.folder, 250);

  useEffect(() => {
    let stale = false;
    setPlace(null);
    if (folder !== "")
      call("folderCheck", { folder })
        .then((answer) => !stale && setPlace(answer))
        // An error here is ignored; creating the vault will report it.
        .catch(() => {});
    return () => {
      stale = true;
    };
  }, [folder]);

  const set = (field: Field, value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    setErrors(({ [field]: _, ...others }) => others);
  };
  const field = (name: Field) => ({
    value: values[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  });

  const showErrors = (found: Partial<Record<string, string>>, form: HTMLFormElement) => {
    setErrors(found);
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setFailure(null);
    const missing = (Object.keys(values) as Field[]).filter((name) => values[name].trim() === "");
    if (missing.length > 0)
      return showErrors(Object.fromEntries(missing.map((name) => [name, formatRule({ name: "required" })])), form);
    if (values.password !== values.repeat) return showErrors({ repeat: t("start.repeatDiffers") }, form);
    setBusy(true);
    try {
      const { repeat: _, ...request } = values;
      onOpened(await call("vaultCreate", request));
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(false);
      setFailure(error.code === "invalid" ? null : formatError(error));
      if (error.code === "invalid") showErrors(formatProblems(error.problems), form);
    }
  };

  return (
    <form onSubmit={submit} className={classes.form} noValidate aria-label={t("start.createTitle")}>
      <div>
        <h1 className={classes.title}>{t("start.createTitle")}</h1>
        <p className={classes.lead}>{t("start.createText")}</p>
      </div>
      <div className={classes.pair}>
        <TextInput label={t("start.vaultName")} maxLength={80} data-autofocus autoFocus {...field("name")} />
        <TextInput label={t("start.yourName")} maxLength={80} autoComplete="off" {...field("userName")} />
      </div>
      <PathField
        label={t("start.folder")}
        choose={() => call("folderPick", { purpose: "createVault" })}
        value={values.folder}
        error={errors.folder}
        description={
          values.name.trim() && t("start.folderHint", { path: vaultPath(values.folder, values.name.trim()) })
        }
        onChange={(folder) => set("folder", folder)}
      />
      {place?.service && (
        <Note kind="warning" title={t("session.synced", { service: t(`session.services.${place.service}`) })}>
          {t("session.syncedText")}
        </Note>
      )}
      <NewPassword
        value={values}
        errors={errors}
        userInputs={[values.name, values.userName]}
        measure={measureStrength}
        onChange={({ password, repeat }) => {
          if (password !== values.password) set("password", password);
          if (repeat !== values.repeat) set("repeat", repeat);
        }}
      />
      {failure && <FailureNote failure={failure} />}
      <Button type="submit" loading={busy} fullWidth>
        {t("start.create")}
      </Button>
    </form>
  );
}
