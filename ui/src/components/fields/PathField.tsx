// A folder or a file, chosen in the system's own dialog. The host accepts no path that only the page knows.
import { Button, CloseButton, TextInput } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PathField.module.css";

type Props = {
  label: string;
  value: string;
  /** The name of the button for screen readers. */
  chooseLabel?: string;
  /** The name of the button that clears the choice. A required path has no such button. */
  clearLabel?: string;
  error?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  /** Opens the system's dialog; returns null if it was dismissed. */
  choose: () => Promise<string | null>;
  /** Called with an empty text if the choice was cleared. */
  onChange: (path: string) => void;
};

export function PathField(props: Props) {
  const { label, value, chooseLabel, clearLabel, error, description, disabled, choose, onChange } = props;
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const ask = async () => {
    const path = await choose().catch(() => null);
    if (path !== null) onChange(path);
  };
  const clear = () => {
    onChange("");
    // The pressed button disappears with the path, so the focus must be moved.
    button.current?.focus();
  };
  return (
    <div className={classes.path}>
      <TextInput
        label={label}
        value={value}
        error={error}
        description={description}
        disabled={disabled}
        readOnly
        rightSection={
          clearLabel !== undefined &&
          value !== "" &&
          !disabled && <CloseButton size="sm" aria-label={clearLabel} title={clearLabel} onClick={clear} />
        }
        rightSectionPointerEvents="all"
      />
      <Button
        ref={button}
        variant="default"
        onClick={ask}
        disabled={disabled}
        aria-label={chooseLabel ?? t("start.chooseFolder")}
      >
        {t("start.choose")}
      </Button>
    </div>
  );
}
