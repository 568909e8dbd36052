// A dialog for a serious change of the user's own account: it asks for the password again.

import { type ReactNode, useState } from "react";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { emptyProof, proofOf, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import type { ErrorText } from "../../i18n/errors";
import { type ConfirmRequest, call } from "../../ipc";

type Command = {
  run: (request: ConfirmRequest) => void;
  busy: boolean;
  failure: ErrorText | null;
  reset: () => void;
};
type Props = {
  title: string;
  text?: string;
  submit: string;
  danger?: boolean;
  withKeyFile: boolean;
  command: Command;
  /** True while another field is still empty. */
  incomplete?: boolean;
  onClose: () => void;
  /** More fields, below the password. */
  children?: ReactNode;
};

export function ConfirmByPassword(props: Props) {
  const { title, text, submit, danger, withKeyFile, command, incomplete, onClose, children } = props;
  const [proof, setProof] = useState(emptyProof);
  return (
    <FormDialog
      title={title}
      submit={submit}
      danger={danger}
      busy={command.busy}
      disabled={proof.password === "" || incomplete}
      failure={command.failure}
      onSubmit={() => command.run(proofOf(proof))}
      onClose={() => {
        command.reset();
        onClose();
      }}
    >
      {text && <div>{text}</div>}
      <ReauthenticationFields
        autoFocus
        value={proof}
        withKeyFile={withKeyFile}
        chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
        onChange={setProof}
      />
      {children}
    </FormDialog>
  );
}
