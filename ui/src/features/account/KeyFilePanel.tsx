// My account: a key file that is required in addition to the password.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { Note } from "../../components/feedback/Note";
import { StateBadge } from "../../components/feedback/StateBadge";
import { toast } from "../../components/feedback/toast";
import { PathField } from "../../components/fields/PathField";
import { emptyProof, proofOf, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { type AccountView, call } from "../../ipc";
import { ConfirmByPassword } from "./ConfirmByPassword";
import { onOffBadge } from "./TotpPanel";

export function KeyFilePanel({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"make" | "remove" | null>(null);
  const close = () => setOpen(null);
  const remove = useCommand("accountKeyFileRemove", () => {
    toast(t("account.keyFileRemoved"));
    close();
  });
  return (
    <Panel
      title={t("account.keyFile")}
      lead={t("account.keyFileLead")}
      status={
        <StateBadge
          badge={onOffBadge(account.keyFile)}
          label={t(account.keyFile ? "account.needed" : "account.notNeeded")}
        />
      }
      actions={
        <>
          <Button variant="default" onClick={() => setOpen("make")}>
            {t(account.keyFile ? "account.keyFileReplace" : "account.keyFileMake")}
          </Button>
          {account.keyFile && (
            <Button variant="default" onClick={() => setOpen("remove")}>
              {t("account.keyFileRemove")}
            </Button>
          )}
        </>
      }
    >
      {open === "make" && <MakeKeyFile account={account} onClose={close} />}
      {open === "remove" && (
        <ConfirmByPassword
          title={t("account.keyFileRemove")}
          text={t("account.keyFileRemoveText")}
          submit={t("account.keyFileRemove")}
          withKeyFile
          command={remove}
          onClose={close}
        />
      )}
    </Panel>
  );
}

function MakeKeyFile({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const { t } = useTranslation();
  const [proof, setProof] = useState(emptyProof);
  const [path, setPath] = useState("");
  const make = useCommand("accountKeyFileMake", () => {
    toast(t("account.keyFileDone", { path }));
    onClose();
  });
  return (
    <FormDialog
      title={t(account.keyFile ? "account.keyFileReplace" : "account.keyFileMake")}
      submit={t("account.keyFileWrite")}
      wide
      busy={make.busy}
      disabled={proof.password === "" || path === ""}
      failure={make.failure}
      onSubmit={() => make.run({ ...proofOf(proof), path })}
      onClose={onClose}
    >
      <Note kind="warning">{t("account.keyFileWarning")}</Note>
      <PathField
        label={t("account.keyFileWhere")}
        chooseLabel={t("session.chooseKeyFile")}
        description={t("account.keyFileWhereHint")}
        value={path}
        choose={() => call("filePick", { purpose: "saveKeyFile" })}
        onChange={setPath}
      />
      <ReauthenticationFields
        value={proof}
        withKeyFile={account.keyFile}
        chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
        onChange={setProof}
      />
    </FormDialog>
  );
}
