// The screen for vault files that were moved or deleted: nothing is saved any more, and a copy keeps every password.
// The copy is written from the open vault, so it must be made before the vault is closed.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { Note } from "../../components/feedback/Note";
import { TaskBar } from "../../components/feedback/TaskBar";
import { PathField } from "../../components/fields/PathField";
import { useCommand } from "../../data/command";
import { useTask } from "../../data/task";
import { call, type Displacement } from "../../ipc";
import classes from "./Notices.module.css";

export function DisplacedVault({ how, path }: { how: Displacement; path: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  const leave = useCommand("sessionSignOut");
  return (
    <Note kind="error" title={t("displaced.title")}>
      <div>
        {t(`displaced.how.${how}`, { path })} {t("displaced.stopped")}
      </div>
      {saved !== null && (
        <div>
          {t("displaced.saved")} <code className={classes.path}>{saved}</code>
        </div>
      )}
      <div className={classes.line}>
        <strong>{t(saved === null ? "displaced.todo" : "displaced.openText")}</strong>
        {saved !== null && (
          <Button size="compact-sm" loading={leave.busy} onClick={() => leave.run()}>
            {t("displaced.open")}
          </Button>
        )}
        <Button variant={saved === null ? "filled" : "default"} size="compact-sm" onClick={() => setAsking(true)}>
          {t(saved === null ? "displaced.save" : "displaced.saveAnother")}
        </Button>
      </div>
      {asking && (
        <SaveCopy
          onClose={() => setAsking(false)}
          onSaved={(copy) => {
            setSaved(copy);
            setAsking(false);
          }}
        />
      )}
    </Note>
  );
}

function SaveCopy({ onSaved, onClose }: { onSaved: (path: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [folder, setFolder] = useState("");
  const save = useTask("backup", "vaultSaveCopy", (copy) => onSaved(copy.path));
  return (
    <FormDialog
      title={t("displaced.saveTitle")}
      submit={t("displaced.saveHere")}
      wide
      busy={save.busy}
      disabled={folder === ""}
      failure={save.failure}
      onSubmit={() => save.run({ folder })}
      onClose={onClose}
    >
      <div>{t("displaced.saveText")}</div>
      <PathField
        label={t("start.folder")}
        value={folder}
        disabled={save.busy}
        choose={() => call("folderPick", { purpose: "createVault" })}
        onChange={setFolder}
      />
      {save.busy && (
        <TaskBar
          label={t(`task.phases.${save.progress?.phase ?? "preparing"}`)}
          done={save.progress?.done ?? 0}
          total={save.progress?.total ?? null}
          onCancel={save.cancel}
        />
      )}
    </FormDialog>
  );
}
