// Asks for the reason before a credential is paused. The reason is shown wherever the credential is shown as not
// rotating.
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { toast } from "../../components/feedback/toast";
import { useSubmit } from "../../data/submit";
import { call } from "../../ipc";

export function PauseCredential({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { reason: "" }, clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: ({ reason }) => call("credentialPause", { selection: { kind: "ids", ids: [id] }, reason }),
    done: () => {
      toast(t("rotation.credentialPaused", { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("rotation.pauseTitle", { name })}
      text={t("rotation.pauseText")}
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
