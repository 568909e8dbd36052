// The dialogs that make, drill and restore a backup.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { FailureNote, Note } from "../../components/feedback/Note";
import { TaskBar } from "../../components/feedback/TaskBar";
import { toast } from "../../components/feedback/toast";
import { PathField } from "../../components/fields/PathField";
import { Facts } from "../../components/layout/Facts";
import { useTask } from "../../data/task";
import { formatExact, formatNumber } from "../../i18n/format";
import { type BackupView, call, type DrillView, type RecentVaultView } from "../../ipc";

export function MakeBackup({ folder, onClose }: { folder: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [into, setInto] = useState(folder);
  const make = useTask("backup", "backupMake", (backup) => {
    toast(t("backups.made", { path: backup.path }));
    onClose();
  });
  return (
    <FormDialog
      title={t("backups.makeTitle")}
      submit={t("backups.make")}
      wide
      busy={make.busy}
      disabled={into === ""}
      failure={make.failure}
      onSubmit={() => make.run({ folder: into === folder ? null : into })}
      onClose={onClose}
    >
      <div>{t("backups.makeText")}</div>
      <PathField
        label={t("start.folder")}
        value={into}
        description={into !== folder && t("backups.elsewhere")}
        disabled={make.busy}
        choose={() => call("folderPick", { purpose: "createVault" })}
        onChange={setInto}
      />
      {make.busy && <Progress task={make} />}
    </FormDialog>
  );
}

type Working = Pick<ReturnType<typeof useTask>, "progress" | "cancel">;

function Progress({ task }: { task: Working }) {
  const { t } = useTranslation();
  const { progress, cancel } = task;
  return (
    <TaskBar
      label={t(`task.phases.${progress?.phase ?? "preparing"}`)}
      done={progress?.done ?? 0}
      total={progress?.total ?? null}
      onCancel={cancel}
    />
  );
}

function Result({ drill }: { drill: DrillView }) {
  const { t } = useTranslation();
  const say = (good: boolean) => t(good ? "backups.sound" : "backups.notSound");
  return (
    <>
      <Note kind={drill.good ? "good" : "error"} title={t(drill.good ? "backups.drillGood" : "backups.drillBad")}>
        {t(drill.good ? "backups.drillGoodText" : "backups.drillBadText")}
      </Note>
      <Facts
        facts={[
          { name: t("backups.pages"), value: say(drill.pagesSound) },
          {
            name: t("backups.trail"),
            value: `${say(drill.auditIntact)} – ${formatNumber(drill.auditEntries)}`,
          },
          {
            name: t("backups.secrets"),
            value: t("task.count", { done: formatNumber(drill.secretsOpened), total: formatNumber(drill.secrets) }),
          },
        ]}
      />
    </>
  );
}

export function BackupDrill({ backup, onClose }: { backup: BackupView; onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation();
  const drill = useTask("drill", "backupDrill");
  const { run } = drill;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; it changes nothing, so nothing is asked first
  useEffect(() => run({ path: backup.path }), []);
  const leave = () => {
    if (drill.busy) drill.cancel();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={leave}
      size="32rem"
      title={t("backups.drillTitle", { at: formatExact(backup.madeAt) })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        <Text>{t("backups.drillText")}</Text>
        {drill.busy && <Progress task={{ ...drill, cancel: leave }} />}
        <div aria-live="polite">{drill.answer && <Result drill={drill.answer} />}</div>
        {drill.failure && <FailureNote failure={drill.failure} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            {t("common.close")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

type RestoreProps = { backup: BackupView; suggested: { folder: string; name: string }; onClose: () => void };

export function Restore({ backup, suggested, onClose }: RestoreProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const [values, setValues] = useState(suggested);
  const [restored, setRestored] = useState<RecentVaultView | null>(null);
  const restore = useTask("restore", "backupRestore", setRestored);
  if (restored)
    return (
      <Modal
        opened
        onClose={onClose}
        title={t("backups.restoredTitle")}
        size="32rem"
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Stack gap="md">
          <Note kind="good" title={restored.name}>
            {t("backups.restoredText", { path: restored.path })}
          </Note>
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {t("common.close")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    );
  return (
    <FormDialog
      title={t("backups.restoreTitle", { at: formatExact(backup.madeAt) })}
      submit={t("backups.restore")}
      wide
      busy={restore.busy}
      disabled={values.folder === "" || values.name.trim() === ""}
      failure={restore.failure}
      onSubmit={() => restore.run({ path: backup.path, folder: values.folder, name: values.name.trim() })}
      onClose={onClose}
    >
      <div>{t("backups.restoreText")}</div>
      <TextInput
        label={t("start.vaultName")}
        value={values.name}
        data-autofocus
        onChange={(event) => setValues({ ...values, name: event.currentTarget.value })}
      />
      <PathField
        label={t("start.folder")}
        value={values.folder}
        choose={() => call("folderPick", { purpose: "createVault" })}
        onChange={(folder) => setValues({ ...values, folder })}
      />
      {restore.busy && <Progress task={restore} />}
    </FormDialog>
  );
}
