// The fields with which a user signs in again before a dangerous action: the password, and the key file if one is used.
import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PathField } from "./PathField";

export type PasswordProof = { password: string; keyFile: string };
export const emptyProof: PasswordProof = { password: "", keyFile: "" };
/** Converts the fields to the form that the host expects. */
export const proofOf = ({ password, keyFile }: PasswordProof) => ({ password, keyFile: keyFile || null });

type Props = {
  value: PasswordProof;
  label?: string;
  error?: string;
  withKeyFile: boolean;
  autoFocus?: boolean;
  chooseKeyFile: () => Promise<string | null>;
  onChange: (proof: PasswordProof) => void;
};

export function ReauthenticationFields({
  value,
  label,
  error,
  withKeyFile,
  autoFocus,
  chooseKeyFile,
  onChange,
}: Props) {
  const { t } = useTranslation();
  return (
    <>
      <PasswordInput
        label={label ?? t("session.yourPassword")}
        autoComplete="current-password"
        data-autofocus={autoFocus || undefined}
        visibilityToggleButtonProps={{ "aria-label": t("start.showPassword") }}
        value={value.password}
        error={error}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
      />
      {withKeyFile && (
        <PathField
          label={t("session.keyFile")}
          chooseLabel={t("session.chooseKeyFile")}
          value={value.keyFile}
          choose={chooseKeyFile}
          onChange={(keyFile) => onChange({ ...value, keyFile })}
        />
      )}
    </>
  );
}
