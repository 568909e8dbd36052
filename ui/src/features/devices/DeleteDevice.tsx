// Asks before a device is deleted.
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { useCommand } from "../../data/command";

type Props = { id: string; name: string; onDeleted: () => void; onClose: () => void };

export function DeleteDevice({ id, name, onDeleted, onClose }: Props) {
  const { t } = useTranslation();
  const remove = useCommand("deviceDelete", onDeleted);
  return (
    <ConfirmDialog
      opened
      title={t("devices.deleteTitle", { name })}
      text={t("devices.deleteText")}
      confirm={t("devices.delete")}
      danger
      busy={remove.busy}
      failure={remove.failure}
      onConfirm={() => remove.run({ id })}
      onClose={onClose}
    />
  );
}
