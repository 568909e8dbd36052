// Asks before a credential is deleted.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { useCommand } from "../../data/command";

type Props = { id: string; name: string; onDeleted: () => void; onClose: () => void };

export function DeleteCredential({ id, name, onDeleted, onClose }: Props) {
  const { t } = useTranslation();
  const remove = useCommand("credentialDelete", onDeleted);
  return (
    <ConfirmDialog
      opened
      title={t("credentials.deleteTitle", { name })}
      text={t("credentials.deleteText")}
      confirm={t("credentials.delete")}
      danger
      busy={remove.busy}
      failure={remove.failure}
      onConfirm={() => remove.run({ id })}
      onClose={onClose}
    />
  );
}
