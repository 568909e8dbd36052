// The dialogs for deciding, canceling and repeating a request, and for applying it without approvals.
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { Note } from "../../components/feedback/Note";
import { CodeField, isCode } from "../../components/fields/CodeField";
import { emptyProof, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import { useCommand } from "../../data/command";
import { formatError, formatProblems } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { type CommandError, call, type RequestView, type Verdict } from "../../ipc";

type Base = { request: RequestView; onDone: (request: RequestView) => void; onClose: () => void };

/** Splits an error into the texts at the fields and the one beneath them. */
function errorsOf(error: CommandError | null, fields: string[]) {
  const problems = error?.code === "invalid" ? formatProblems(error.problems) : {};
  const atField =
    fields.some((field) => problems[field]) || error?.code === "wrongPassword" || error?.code === "wrongCode";
  return {
    problems,
    password: error?.code === "wrongPassword" ? formatError(error).message : undefined,
    code: error?.code === "wrongCode" ? formatError(error).message : undefined,
    rest: error && !atField ? formatError(error) : null,
  };
}

export function Decide({ request, verdict, onDone, onClose }: Base & { verdict: Verdict }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [proof, setProof] = useState(emptyProof);
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const decide = useCommand("requestDecide", onDone);
  const { row, digest, needsPassword, needsKeyFile, needsCode } = request;
  const errors = errorsOf(decide.error, ["reason"]);
  const rejects = verdict === "rejected";
  const reasonMissing = rejects && reason.trim() === "";
  const incomplete = (needsPassword && proof.password === "") || (needsCode && !isCode(code));
  const isLast = !rejects && row.approvals + 1 >= row.approvalsNeeded;
  const submit = () => {
    setTried(true);
    if (reasonMissing || incomplete) return;
    decide.run({
      id: row.id,
      digest,
      verdict,
      reason: reason.trim(),
      password: needsPassword ? proof.password : null,
      keyFile: needsPassword ? proof.keyFile || null : null,
      code: needsCode ? code : null,
    });
  };
  return (
    <FormDialog
      title={t(rejects ? "requests.rejectTitle" : "requests.approveTitle", { code: row.code })}
      submit={t(rejects ? "requests.reject" : "requests.approveCount", counted(row.tasks))}
      danger={rejects}
      busy={decide.busy}
      failure={errors.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <div>
        {rejects
          ? t("requests.rejectText")
          : t(isLast ? "requests.approveLast" : "requests.approveMore", counted(row.tasks))}
      </div>
      <Textarea
        label={t("requests.yourReason")}
        description={rejects ? undefined : t("requests.reasonOptional")}
        withAsterisk={rejects}
        autosize
        minRows={2}
        maxRows={6}
        data-autofocus
        value={reason}
        error={errors.problems.reason ?? (tried && reasonMissing ? t("rules.required") : undefined)}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {needsPassword && (
        <ReauthenticationFields
          value={proof}
          error={errors.password ?? (tried && proof.password === "" ? t("rules.required") : undefined)}
          withKeyFile={needsKeyFile}
          chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
          onChange={setProof}
        />
      )}
      {needsCode && (
        <CodeField
          value={code}
          error={errors.code ?? (tried && !isCode(code) ? t("rules.required") : undefined)}
          onChange={setCode}
        />
      )}
    </FormDialog>
  );
}

export function CancelRequest({ request, onDone, onClose }: Base) {
  const { t } = useTranslation();
  const cancel = useCommand("requestCancel", onDone);
  return (
    <ConfirmDialog
      opened
      title={t("requests.cancelTitle", { code: request.row.code })}
      text={t("requests.cancelText")}
      confirm={t("requests.cancel")}
      cancel={t("requests.keep")}
      danger
      busy={cancel.busy}
      failure={cancel.failure}
      onConfirm={() => cancel.run({ id: request.row.id })}
      onClose={onClose}
    />
  );
}

export function ApplyInEmergency({ request, onDone, onClose }: Base) {
  const { t } = useTranslation();
  const [justification, setJustification] = useState("");
  const apply = useCommand("requestApplyInEmergency", onDone);
  const errors = errorsOf(apply.error, ["justification"]);
  const { row, digest } = request;
  return (
    <FormDialog
      title={t("requests.emergencyTitle", { code: row.code })}
      submit={t("requests.emergencyApply", counted(row.tasks))}
      danger
      busy={apply.busy}
      disabled={justification.trim() === ""}
      failure={errors.rest}
      onSubmit={() => apply.run({ id: row.id, digest, justification: justification.trim() })}
      onClose={onClose}
    >
      <Note kind="error" title={t("requests.emergencyText")} />
      <Textarea
        label={t("requests.justification")}
        withAsterisk
        autosize
        minRows={3}
        maxRows={6}
        data-autofocus
        value={justification}
        error={errors.problems.justification}
        onChange={(event) => setJustification(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
