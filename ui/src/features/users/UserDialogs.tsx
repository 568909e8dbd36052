// Asks before an action on a person. Removing asks for the name to be typed, because it cannot be undone.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { TaskBar } from "../../components/feedback/TaskBar";
import { useCommand } from "../../data/command";
import { useTask } from "../../data/task";
import type { OneTimePasswordView, TaskProgress, UserView } from "../../ipc";

type Props = { user: UserView; onClose: () => void };

export function ResetPassword({ user, onReset, onClose }: Props & { onReset: (made: OneTimePasswordView) => void }) {
  const { t } = useTranslation();
  const reset = useCommand("userResetPassword", onReset);
  return (
    <ConfirmDialog
      opened
      title={t("users.resetTitle", { name: user.name })}
      text={t("users.resetText", { name: user.name })}
      confirm={t("users.reset")}
      busy={reset.busy}
      failure={reset.failure}
      onConfirm={() => reset.run({ id: user.id })}
      onClose={onClose}
    />
  );
}

export function DisableUser({ user, onDone, onClose }: Props & { onDone: () => void }) {
  const { t } = useTranslation();
  const disable = useTask("rekey", "userDisable", onDone);
  return (
    <ConfirmDialog
      opened
      title={t("users.disableTitle", { name: user.name })}
      text={t("users.disableText", { name: user.name })}
      confirm={t("users.disable")}
      danger
      busy={disable.busy}
      failure={disable.failure}
      onConfirm={() => disable.run({ id: user.id })}
      onClose={onClose}
    >
      {disable.progress && <Rekeying {...disable.progress} />}
    </ConfirmDialog>
  );
}

export function RemoveUser({ user, onDone, onClose }: Props & { onDone: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const remove = useTask("rekey", "userRemove", onDone);
  return (
    <FormDialog
      title={t("users.removeTitle", { name: user.name })}
      submit={t("users.remove")}
      danger
      disabled={typed.trim() !== user.name}
      busy={remove.busy}
      failure={remove.failure}
      onSubmit={() => remove.run({ id: user.id })}
      onClose={onClose}
    >
      <div>{t("users.removeText", { name: user.name })}</div>
      <TextInput
        label={t("users.typeName", { name: user.name })}
        value={typed}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {remove.progress && <Rekeying {...remove.progress} />}
    </FormDialog>
  );
}

function Rekeying({ phase, done, total }: TaskProgress) {
  const { t } = useTranslation();
  return <TaskBar label={t(`task.phases.${phase}`)} done={done} total={total} />;
}
