// The backups of the vault: each can be drilled, and restored beside the vault.
import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { DataTable, type RowAction } from "../../components/table";
import { useBackups } from "../../data/records";
import { useMay, useMayRestore } from "../../data/session";
import { BackupDrill, MakeBackup, Restore } from "../../features/vault/BackupDialogs";
import { fileOf, parentOf, useBackupColumns } from "../../features/vault/backupColumns";
import { formatExact } from "../../i18n/format";
import type { BackupView, VaultView } from "../../ipc";
import classes from "./VaultScreen.module.css";

type Open = { what: "drill" | "restore"; backup: BackupView } | { what: "make" } | null;

export function BackupList({ vault }: { vault: VaultView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const { data = [], isError, isPending, refetch } = useBackups();
  const columns = useBackupColumns();
  const mayWrite = useMay("writeVault");
  const mayRestore = useMayRestore();
  const close = () => setOpen(null);
  const actions = (backup: BackupView): RowAction[] =>
    mayRestore
      ? [
          { id: "drill", label: t("backups.drill"), onSelect: () => setOpen({ what: "drill", backup }) },
          { id: "restore", label: t("backups.restoreAs"), onSelect: () => setOpen({ what: "restore", backup }) },
        ]
      : [{ id: "path", label: fileOf(backup.path), onSelect: () => {} }];
  return (
    <>
      <Text size="xs" c="dimmed" className={classes.where}>
        {t("backups.where", { path: vault.backupFolder })}
      </Text>
      <DataTable
        label={t("backups.title")}
        list={{
          rows: data,
          total: data.length,
          state: isError ? "error" : isPending ? "loading" : "ready",
          hasMore: false,
          isPrevious: false,
          loadMore: () => {},
          reload: () => void refetch(),
        }}
        columns={columns}
        sorting={null}
        onSort={() => {}}
        rowId={(backup) => backup.path}
        rowName={(backup) => formatExact(backup.madeAt)}
        rowActions={actions}
        onOpen={(backup) => mayRestore && setOpen({ what: "drill", backup })}
        empty={
          <EmptyState
            text={t("backups.empty")}
            detail={t("backups.emptyText")}
            action={mayWrite && <Button onClick={() => setOpen({ what: "make" })}>{t("backups.makeNow")}</Button>}
          />
        }
      />
      {open?.what === "make" && <MakeBackup folder={vault.backupFolder} onClose={close} />}
      {open?.what === "drill" && <BackupDrill backup={open.backup} onClose={close} />}
      {open?.what === "restore" && (
        <Restore
          backup={open.backup}
          suggested={{ folder: parentOf(vault.path), name: t("session.restoredName", { name: vault.name }) }}
          onClose={close}
        />
      )}
    </>
  );
}
