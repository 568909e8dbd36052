// A folder: typed, or chosen in the system's own dialogue.
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call, type FolderPickRequest } from "../../ipc";
import classes from "./session.module.css";

type Props = {
  label: string;
  purpose: FolderPickRequest["purpose"];
  value: string;
  error?: ReactNode;
  description?: ReactNode;
  onChange: (folder: string) => void;
};

export function FolderField({ label, purpose, value, error, description, onChange }: Props) {
  const { t } = useTranslation();
  const choose = async () => {
    // Where no dialogue can be shown, the path can still be typed.
    const folder = await call("folderPick", { purpose }).catch(() => null);
    if (folder !== null) onChange(folder);
  };
  return (
    <div className={classes.folder}>
      <TextInput
        label={label}
        value={value}
        error={error}
        description={description}
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button variant="default" onClick={choose} aria-label={t("start.chooseFolder")}>
        {t("start.choose")}
      </Button>
    </div>
  );
}
