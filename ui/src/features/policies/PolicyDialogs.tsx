// Asks before a policy is paused or deleted.
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { useCommand } from "../../data/command";
import { useSubmit } from "../../data/submit";
import { counted } from "../../i18n/format";
import { call } from "../../ipc";

type Props = { id: string; name: string; onDone: () => void; onClose: () => void };

export function PausePolicy({ id, name, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { reason: "" }, clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: ({ reason }) => call("policyPause", { id, reason }),
    done: onDone,
  });
  return (
    <FormDialog
      title={t("policies.pauseTitle", { name })}
      text={t("policies.pauseText")}
      submit={t("rotation.pause")}
      busy={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label={t("rotation.reason")} withAsterisk data-autofocus {...form.getInputProps("reason")} />
    </FormDialog>
  );
}

export function DeletePolicy({ id, name, credentials, onDone, onClose }: Props & { credentials: number }) {
  const { t } = useTranslation();
  const remove = useCommand("policyDelete", onDone);
  return (
    <ConfirmDialog
      opened
      title={t("policies.deleteTitle", { name })}
      text={t("policies.deleteText", counted(credentials))}
      confirm={t("policies.delete")}
      danger
      busy={remove.busy}
      failure={remove.failure}
      onConfirm={() => remove.run({ id })}
      onClose={onClose}
    />
  );
}
