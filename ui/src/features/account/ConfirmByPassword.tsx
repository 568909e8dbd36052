// Something grave about one's own account: the password is asked again.
import { useState } from "react";
import { FormDialog } from "../../components/FormDialog";
import { noProof, PasswordAgain, proofOf } from "../../components/PasswordAgain";
import { type ConfirmRequest, call } from "../../ipc";

type Command = {
  run: (request: ConfirmRequest) => void;
  busy: boolean;
  failure: { message: string; recovery: string } | null;
  reset: () => void;
};
type Props = {
  title: string;
  text?: string;
  submit: string;
  danger?: boolean;
  withKeyFile: boolean;
  command: Command;
  onClose: () => void;
};

export function ConfirmByPassword({ title, text, submit, danger, withKeyFile, command, onClose }: Props) {
  const [proof, setProof] = useState(noProof);
  return (
    <FormDialog
      title={title}
      submit={submit}
      danger={danger}
      busy={command.busy}
      disabled={proof.password === ""}
      failure={command.failure}
      onSubmit={() => command.run(proofOf(proof))}
      onClose={() => {
        command.reset();
        onClose();
      }}
    >
      {text && <div>{text}</div>}
      <PasswordAgain
        autoFocus
        value={proof}
        withKeyFile={withKeyFile}
        chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
        onChange={setProof}
      />
    </FormDialog>
  );
}
