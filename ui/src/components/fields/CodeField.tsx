// A field for the six digits of an authenticator.
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = { value: string; error?: string; autoFocus?: boolean; onChange: (code: string) => void };

export const isCode = (text: string) => /^\d{6}$/.test(text);

export function CodeField({ value, error, autoFocus, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t("account.code")}
      description={t("account.codeHint")}
      value={value}
      error={error}
      inputMode="numeric"
      autoComplete="one-time-code"
      data-autofocus={autoFocus || undefined}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", maxWidth: "9rem" } }}
      // The code may be pasted with a space in the middle, as authenticators show it.
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, "").slice(0, 6))}
    />
  );
}
