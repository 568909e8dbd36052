// Copies the password from the list if a reason must be given first.
import { useTranslation } from "react-i18next";
import { toast } from "../../../components/feedback/toast";
import { useCommand } from "../../../data/command";
import { useSession } from "../../../data/session";
import { AskReason } from "./Reason";

export function CopySecret({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const rules = useSession().view.reveal;
  const copy = useCommand("secretCopy", ({ clearsAfterSeconds }) => {
    toast(t("credentials.copied", { seconds: clearsAfterSeconds }));
    onClose();
  });
  return (
    <AskReason
      rules={rules}
      verb={t("credentials.copy")}
      name={name}
      busy={copy.busy}
      failure={copy.failure}
      onGiven={(reason) => copy.run({ id, ...reason })}
      onClose={onClose}
    />
  );
}
