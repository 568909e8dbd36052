// The wizard of a bulk action, over the list from which it was opened. Leaving it asks first; its result is a request.
import { Button } from "@mantine/core";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../components/dialogs/ConfirmDialog";
import { FullScreen } from "../../components/dialogs/FullScreen";
import { toastFailure } from "../../components/feedback/toast";
import { Steps } from "../../components/layout/Steps";
import { useCommand } from "../../data/command";
import { useApprovers } from "../../data/records";
import { useMay } from "../../data/session";
import { DevicePicker } from "../../features/credentials/pickers";
import { CheckStep } from "../../features/requests/wizard/CheckStep";
import {
  begin,
  canGo,
  draftOf,
  isBegun,
  isDone,
  missingIn,
  type Step,
  stepsOf,
  type WizardStart,
  wizard,
} from "../../features/requests/wizard/draft";
import { FieldsStep } from "../../features/requests/wizard/FieldsStep";
import { ReasonStep, RequestSent } from "../../features/requests/wizard/ReasonStep";
import { ReviewStep } from "../../features/requests/wizard/ReviewStep";
import { TypeStep } from "../../features/requests/wizard/TypeStep";
import { formatError, formatProblems } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { failureOf } from "../../ipc";
import { useGo } from "../places";
import { BatchPicker } from "./BatchPicker";

export function BatchWizard({ from, onClose }: { from: WizardStart; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const [state, dispatch] = useReducer(wizard, from, begin);
  const [picking, setPicking] = useState(false);
  const [leaving, setLeaving] = useState(false);
  /** The steps that the user tried to leave while something was missing. */
  const [tried, setTried] = useState<ReadonlySet<Step>>(new Set());
  const save = useCommand("batchSave");
  const match = useCommand("batchCandidateIds");
  const approvers = useApprovers(useMay("readUsers") && save.answer !== undefined);
  const { action, step, ids } = state;
  const steps = stepsOf(action);
  const missing = tried.has("fields") ? missingIn(state) : [];
  const sent = save.answer;

  const leave = () => {
    if (save.busy) return;
    // The question opens after this key press, so that the same Escape does not answer it.
    if (isBegun(state) && !sent) setTimeout(() => setLeaving(true));
    else onClose();
  };
  const next = () => {
    setTried(new Set([...tried, step]));
    if (step === "type" && action && state.matching) {
      const { filter, except } = state.matching;
      const left = new Set(except);
      match
        .start({ action, filter })
        .then((all) => {
          dispatch({ type: "matched", ids: all.filter((id) => !left.has(id)) });
          dispatch({ type: "next" });
        })
        .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
      return;
    }
    if (step !== "reason") dispatch({ type: "next" });
    else if (isDone(state, "reason")) save.run({ draft: draftOf(state), reason: state.reason.trim() });
  };
  const reasonProblem =
    save.error?.code === "invalid"
      ? formatProblems(save.error.problems).reason
      : tried.has("reason") && !isDone(state, "reason")
        ? t("rules.required")
        : undefined;
  const note = () => {
    if (sent) return null;
    if (step === "fields" && state.modified.size === 0) return t("batch.noneModified");
    if (missing.length > 0 && step === "fields") return t("batch.stillMissing", counted(missing.length));
    return ids.length > 0 ? t("batch.picked", counted(ids.length)) : t("batch.nothingYet");
  };
  const isLast = step === "reason";
  const ready = step === "fields" ? state.modified.size > 0 : isLast || isDone(state, step);

  return (
    <>
      <FullScreen
        title={t("batch.title")}
        onClose={leave}
        closeOnEscape={!leaving && !picking}
        aside={
          <Steps
            label={t("batch.stepsLabel")}
            current={step}
            steps={steps.map((id) => ({
              id,
              label: t(`batch.steps.${id}`),
              detail:
                id === "type" && action
                  ? t(`batch.actions.${action}`)
                  : id === "credentials" && ids.length > 0
                    ? t("batch.picked", counted(ids.length))
                    : undefined,
              done: isDone(state, id),
              open: !sent && !state.matching && canGo(state, id),
            }))}
            onGo={(to) => dispatch({ type: "go", step: to })}
          />
        }
        note={note()}
        footer={
          !sent && (
            <>
              <Button variant="default" onClick={leave} disabled={save.busy}>
                {t("common.cancel")}
              </Button>
              <Button
                variant="default"
                disabled={step === "type" || save.busy}
                onClick={() => dispatch({ type: "back" })}
              >
                {t("batch.back")}
              </Button>
              <Button disabled={!ready} loading={save.busy || match.busy} onClick={next}>
                {t(isLast ? "batch.save" : "batch.next")}
              </Button>
            </>
          )
        }
      >
        {sent && (
          <RequestSent
            request={sent}
            approvers={approvers.data?.people ?? null}
            onShow={() => go({ screen: "approvals", tab: "mine", request: sent.row.id })}
            onClose={onClose}
          />
        )}
        {!sent && step === "type" && (
          <TypeStep value={action} onChange={(chosen) => dispatch({ type: "choose", action: chosen })} />
        )}
        {!sent && step === "credentials" && action && (
          <CheckStep
            action={action}
            ids={ids}
            onAdd={() => setPicking(true)}
            onRemove={(removed) => dispatch({ type: "remove", ids: removed })}
          />
        )}
        {!sent && step === "fields" && (
          <FieldsStep
            values={state.values}
            modified={state.modified}
            errors={Object.fromEntries(missing.map((name) => [name, t("rules.required")]))}
            set={(values) => dispatch({ type: "set", values })}
            onModify={(field, on) => dispatch({ type: "modify", field, on })}
            device={({ value, error, onChange }) => (
              <DevicePicker
                value={value?.id ?? null}
                valueLabel={value?.label ?? null}
                error={error}
                onChange={(id, label) => onChange(id === null ? null : { id, label: label ?? "" })}
              />
            )}
          />
        )}
        {!sent && step === "review" && <ReviewStep draft={draftOf(state)} />}
        {!sent && step === "reason" && (
          <ReasonStep
            draft={draftOf(state)}
            reason={state.reason}
            error={reasonProblem}
            failure={save.error?.code === "invalid" ? null : save.failure}
            onChange={(text) => dispatch({ type: "reason", text })}
          />
        )}
      </FullScreen>
      {picking && action && (
        <BatchPicker
          action={action}
          picked={ids}
          onAdd={(added) => {
            dispatch({ type: "add", ids: added });
            setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      )}
      {leaving && (
        <ConfirmDialog
          opened
          title={t("batch.leaveTitle")}
          text={t("batch.leaveText")}
          confirm={t("batch.leave")}
          cancel={t("common.keepEditing")}
          danger
          onConfirm={onClose}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}
