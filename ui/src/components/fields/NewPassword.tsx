// The fields of a new password: typed twice, with its strength measured during typing.
import { PasswordInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { i18next } from "../../i18n";
import classes from "./NewPassword.module.css";
import { type Measure, StrengthMeter } from "./StrengthMeter";

export type NewPasswordValue = { password: string; repeat: string };
export const emptyNewPassword: NewPasswordValue = { password: "", repeat: "" };

type Props = {
  value: NewPasswordValue;
  errors: Partial<Record<string, ReactNode>>;
  label?: string;
  autoFocus?: boolean;
  userInputs: string[];
  measure: Measure;
  onChange: (value: NewPasswordValue) => void;
};

/** Returns the problems that need no other check; an empty object if there are none. */
export function problemsOf({ password, repeat }: NewPasswordValue): Partial<Record<keyof NewPasswordValue, string>> {
  const required = i18next.t("rules.required");
  if (password === "") return { password: required, ...(repeat === "" && { repeat: required }) };
  return password === repeat ? {} : { repeat: i18next.t("start.repeatDiffers") };
}

export function NewPassword({ value, errors, label, autoFocus, userInputs, measure, onChange }: Props) {
  const { t } = useTranslation();
  const toggle = { "aria-label": t("start.showPassword") };
  return (
    <div>
      <div className={classes.pair}>
        <PasswordInput
          label={label ?? t("start.password")}
          autoComplete="new-password"
          autoFocus={autoFocus}
          data-autofocus={autoFocus || undefined}
          visibilityToggleButtonProps={toggle}
          value={value.password}
          error={errors.password}
          onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        />
        <PasswordInput
          label={t("start.repeat")}
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          value={value.repeat}
          error={errors.repeat}
          onChange={(event) => onChange({ ...value, repeat: event.currentTarget.value })}
        />
      </div>
      <StrengthMeter password={value.password} userInputs={userInputs} measure={measure} />
    </div>
  );
}
