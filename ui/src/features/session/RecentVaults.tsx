// The recently opened vaults, newest first; one is selected. A vault that was moved or deleted is marked.
import { ActionIcon } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecentVaultView } from "../../ipc";
import classes from "./session.module.css";

type Props = {
  vaults: RecentVaultView[];
  chosen: string;
  onChoose: (vault: RecentVaultView) => void;
  onForget: (vault: RecentVaultView) => void;
};

export function RecentVaults({ vaults, chosen, onChoose, onForget }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.recent}>
      <legend className={classes.legend}>{t("start.recent")}</legend>
      {vaults.map((vault) => (
        <div key={vault.path} className={classes.vault} data-chosen={vault.path === chosen || undefined}>
          <label className={classes.vaultLabel}>
            <input
              type="radio"
              name="vault"
              className={classes.radio}
              checked={vault.path === chosen}
              onChange={() => onChoose(vault)}
            />
            <span className={classes.vaultText}>
              <span className={classes.vaultName}>{vault.name}</span>
              <span className={classes.vaultPath} title={vault.path}>
                {vault.path}
              </span>
              {!vault.exists && (
                <span className={classes.missing}>
                  <IconAlertTriangle size={13} aria-hidden /> {t("start.missing")}
                </span>
              )}
            </span>
          </label>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            className={classes.forget}
            aria-label={t("start.forget", { name: vault.name })}
            title={t("start.forgetShort")}
            onClick={() => onForget(vault)}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
    </fieldset>
  );
}
