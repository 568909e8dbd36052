// Asks before a strength is deleted.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { useCommand } from "../../data/command";

type Props = { id: string; name: string; onDone: () => void; onClose: () => void };

export function DeleteStrength({ id, name, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const remove = useCommand("strengthDelete", onDone);
  return (
    <ConfirmDialog
      opened
      title={t("strengths.deleteTitle", { name })}
      text={t("strengths.deleteText")}
      confirm={t("strengths.delete")}
      danger
      busy={remove.busy}
      failure={remove.failure}
      onConfirm={() => remove.run({ id })}
      onClose={onClose}
    />
  );
}
