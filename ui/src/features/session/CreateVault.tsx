// The first run: where the vault goes, what it is called, who opens it and with which password.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/Note";
import { type Told, tellError, tellProblems, tellRule } from "../../i18n/told";
import { call, failureOf, type SessionView } from "../../ipc";
import { FolderField } from "./FolderField";
import { vaultPath } from "./path";
import { StrengthMeter } from "./StrengthMeter";
import classes from "./session.module.css";

type Props = { suggestedFolder: string; onOpened: (session: SessionView) => void };
type Field = "folder" | "name" | "userName" | "password" | "repeat";

export function CreateVault({ suggestedFolder, onOpened }: Props) {
  const { t } = useTranslation();
  const [values, setValues] = useState({ folder: suggestedFolder, name: "", userName: "", password: "", repeat: "" });
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);

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
      return showErrors(Object.fromEntries(missing.map((name) => [name, tellRule({ name: "required" })])), form);
    if (values.password !== values.repeat) return showErrors({ repeat: t("start.repeatDiffers") }, form);
    setBusy(true);
    try {
      const { repeat: _, ...request } = values;
      onOpened(await call("vaultCreate", request));
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(false);
      setFailure(error.code === "invalid" ? null : tellError(error));
      if (error.code === "invalid") showErrors(tellProblems(error.problems), form);
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
      <FolderField
        label={t("start.folder")}
        purpose="createVault"
        value={values.folder}
        error={errors.folder}
        description={
          values.name.trim() && t("start.folderHint", { path: vaultPath(values.folder, values.name.trim()) })
        }
        onChange={(folder) => set("folder", folder)}
      />
      <div className={classes.pair}>
        <PasswordInput
          label={t("start.password")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("start.showPassword") }}
          {...field("password")}
        />
        <PasswordInput
          label={t("start.repeat")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("start.showPassword") }}
          {...field("repeat")}
        />
      </div>
      <StrengthMeter password={values.password} userInputs={[values.name, values.userName]} />
      {failure && <FailureNote told={failure} />}
      <Button type="submit" loading={busy} fullWidth>
        {t("start.create")}
      </Button>
    </form>
  );
}
