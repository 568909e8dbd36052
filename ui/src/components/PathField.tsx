// A folder or a file, chosen in the system's own dialogue: the host takes no path that only the page knows.
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PathField.module.css";

type Props = {
  label: string;
  value: string;
  /** What the button is called to those who do not see what it stands beside. */
  chooseLabel?: string;
  error?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  /** Opens the system's dialogue; null when it was dismissed. */
  choose: () => Promise<string | null>;
  onChange: (path: string) => void;
};

export function PathField({ label, value, chooseLabel, error, description, disabled, choose, onChange }: Props) {
  const { t } = useTranslation();
  const ask = async () => {
    const path = await choose().catch(() => null);
    if (path !== null) onChange(path);
  };
  return (
    <div className={classes.path}>
      <TextInput label={label} value={value} error={error} description={description} disabled={disabled} readOnly />
      <Button variant="default" onClick={ask} disabled={disabled} aria-label={chooseLabel ?? t("start.chooseFolder")}>
        {t("start.choose")}
      </Button>
    </div>
  );
}
