// Makes or replaces the recovery kit and shows it. Replacing asks for the password, because the old printed kit stops
// working.
import { Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { FailureNote, Note } from "../../components/feedback/Note";
import { toast } from "../../components/feedback/toast";
import { emptyProof, proofOf, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import { useCommand } from "../../data/command";
import { call, type RecoveryStatus } from "../../ipc";
import { RecoveryKit } from "./RecoveryKit";

type Props = { status: RecoveryStatus; withKeyFile: boolean; onClose: () => void };

export function MakeRecoveryKit({ status, withKeyFile, onClose }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  const [first] = useState(status === "none");
  const [proof, setProof] = useState(emptyProof);
  const make = useCommand("recoveryMake");
  const { run } = make;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; a first kit needs no further question
  useEffect(() => {
    if (first) run({ password: null, keyFile: null });
  }, []);

  if (!make.answer && !first)
    return (
      <FormDialog
        title={t("kit.replaceTitle")}
        submit={t("kit.replace")}
        busy={make.busy}
        disabled={proof.password === ""}
        failure={make.failure}
        onSubmit={() => make.run(proofOf(proof))}
        onClose={onClose}
      >
        <Note kind="warning">{t("kit.replaceText")}</Note>
        <ReauthenticationFields
          autoFocus
          value={proof}
          withKeyFile={withKeyFile}
          chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
          onChange={setProof}
        />
      </FormDialog>
    );
  return (
    <Modal
      opened
      title={t("kit.title")}
      size="40rem"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={make.failure !== null}
      closeButtonProps={{ "aria-label": t("common.close") }}
      onClose={onClose}
    >
      {make.failure && <FailureNote failure={make.failure} />}
      {make.answer && (
        <RecoveryKit
          kit={make.answer}
          onLater={onClose}
          onChecked={() => {
            toast(t("kit.checked"));
            onClose();
          }}
        />
      )}
    </Modal>
  );
}
