// Asks for a reason and a code before a password is shown or copied, if the parameters require them.
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../../components/dialogs/FormDialog";
import { Note } from "../../../components/feedback/Note";
import { CodeField, isCode } from "../../../components/fields/CodeField";
import type { ErrorText } from "../../../i18n/errors";
import type { RevealRules } from "../../../ipc";

export type Reason = { justification: string | null; code: string | null };
export const noReason: Reason = { justification: null, code: null };
export const needsReason = (rules: RevealRules) => rules.justification || rules.code;

type Props = {
  rules: RevealRules;
  /** The action, as the button names it. */
  verb: string;
  name: string;
  busy: boolean;
  failure: ErrorText | null;
  onGiven: (reason: Reason) => void;
  onClose: () => void;
};

export function AskReason({ rules, verb, name, busy, failure, onGiven, onClose }: Props) {
  const { t } = useTranslation();
  const [why, setWhy] = useState("");
  const [code, setCode] = useState("");
  const unable = rules.code && !rules.hasTotp;
  const ready = !unable && (!rules.justification || why.trim() !== "") && (!rules.code || isCode(code));
  return (
    <FormDialog
      title={t("secrets.reasonTitle", { name })}
      submit={verb}
      busy={busy}
      disabled={!ready}
      failure={failure}
      onSubmit={() =>
        onGiven({ justification: rules.justification ? why.trim() : null, code: rules.code ? code : null })
      }
      onClose={onClose}
    >
      {unable && (
        <Note kind="warning" title={t("secrets.noTotp")}>
          {t("secrets.noTotpText")}
        </Note>
      )}
      {rules.justification && (
        <Textarea
          label={t("secrets.why")}
          description={t("secrets.whyHint")}
          data-autofocus
          autosize
          minRows={2}
          maxRows={5}
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
      )}
      {rules.code && !unable && <CodeField autoFocus={!rules.justification} value={code} onChange={setCode} />}
    </FormDialog>
  );
}
