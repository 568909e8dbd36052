// What is asked before a request is decided, taken back, asked for again or applied without approvals.
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { Note } from "../../components/feedback/Note";
import { CodeField, isCode } from "../../components/fields/CodeField";
import { noProof, PasswordAgain } from "../../components/fields/PasswordAgain";
import { useCommand } from "../../data/command";
import { counted } from "../../i18n/format";
import { tellError, tellProblems } from "../../i18n/told";
import { type CommandError, call, type RequestView, type Verdict } from "../../ipc";

type Base = { request: RequestView; onDone: (request: RequestView) => void; onClose: () => void };

/** What is said at the fields, and what beneath them. */
function toldOf(error: CommandError | null, fields: string[]) {
  const problems = error?.code === "invalid" ? tellProblems(error.problems) : {};
  const atField =
    fields.some((field) => problems[field]) || error?.code === "wrongPassword" || error?.code === "wrongCode";
  return {
    problems,
    password: error?.code === "wrongPassword" ? tellError(error).message : undefined,
    code: error?.code === "wrongCode" ? tellError(error).message : undefined,
    rest: error && !atField ? tellError(error) : null,
  };
}

export function Decide({ request, verdict, onDone, onClose }: Base & { verdict: Verdict }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [proof, setProof] = useState(noProof);
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const decide = useCommand("requestDecide", onDone);
  const { row, digest, needsPassword, needsKeyFile, needsCode } = request;
  const told = toldOf(decide.error, ["reason"]);
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
      failure={told.rest}
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
        error={told.problems.reason ?? (tried && reasonMissing ? t("rules.required") : undefined)}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {needsPassword && (
        <PasswordAgain
          value={proof}
          error={told.password ?? (tried && proof.password === "" ? t("rules.required") : undefined)}
          withKeyFile={needsKeyFile}
          chooseKeyFile={() => call("filePick", { purpose: "keyFile" })}
          onChange={setProof}
        />
      )}
      {needsCode && (
        <CodeField
          value={code}
          error={told.code ?? (tried && !isCode(code) ? t("rules.required") : undefined)}
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
  const told = toldOf(apply.error, ["justification"]);
  const { row, digest } = request;
  return (
    <FormDialog
      title={t("requests.emergencyTitle", { code: row.code })}
      submit={t("requests.emergencyApply", counted(row.tasks))}
      danger
      busy={apply.busy}
      disabled={justification.trim() === ""}
      failure={told.rest}
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
        error={told.problems.justification}
        onChange={(event) => setJustification(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
