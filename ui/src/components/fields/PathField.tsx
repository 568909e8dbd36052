// A folder or a file, chosen in the system's own dialogue: the host takes no path that only the page knows.
import { Button, CloseButton, TextInput } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PathField.module.css";

type Props = {
  label: string;
  value: string;
  /** What the button is called to those who do not see what it stands beside. */
  chooseLabel?: string;
  /** Names the button that takes the choice back. A path that is needed has no such button. */
  clearLabel?: string;
  error?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  /** Opens the system's dialogue; null when it was dismissed. */
  choose: () => Promise<string | null>;
  /** Called with an empty text when the choice was taken back. */
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
    // The button that was pressed is gone with the path.
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
