// The form of the approvers: users and their levels, the approvals that a level needs, and the validity of a request.
import { Button, Checkbox, Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExactTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { toast } from "../../components/feedback/toast";
import { type FieldNumber, NumberField } from "../../components/fields/NumberField";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { keys } from "../../data/keys";
import { formatProblems } from "../../i18n/errors";
import type { ApproversView, ApproverView, OperationType } from "../../ipc";
import classes from "./approvers.module.css";
import { type ApproversDraft, isDirty, refreshed, requestOf, saved, sending, shortLevels, startEdit } from "./draft";

type Props = { view: ApproversView; mayWrite: boolean; onReload: () => void };
type Set = (fields: Partial<ApproversDraft>) => void;

function People({
  people,
  draft,
  mayWrite,
  set,
}: {
  people: ApproverView[];
  draft: ApproversDraft;
  mayWrite: boolean;
  set: Set;
}) {
  const { t } = useTranslation();
  const levels = [
    { value: "0", label: t("approvers.notRegistered") },
    ...["1", "2", "3"].map((level) => ({ value: level, label: t("requests.level", { level }) })),
  ];
  if (people.length === 0) return <p className={classes.plain}>{t("approvers.nobody")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.list} tabIndex={0} aria-label={t("approvers.person")}>
      <table className={classes.people}>
        <thead>
          <tr>
            <th scope="col">{t("approvers.person")}</th>
            <th scope="col">{t("approvers.levelHeader")}</th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ userId, name, active }) => (
            <tr key={userId}>
              <th scope="row" className={active ? undefined : classes.inactive}>
                {active ? name : t("approvers.inactive", { name })}
              </th>
              <td>
                {mayWrite ? (
                  <Select
                    aria-label={t("approvers.levelOf", { name })}
                    w="11rem"
                    data={levels}
                    allowDeselect={false}
                    value={String(draft.levels[userId] ?? 0)}
                    onChange={(value) => set({ levels: { ...draft.levels, [userId]: Number(value) || null } })}
                  />
                ) : (
                  levels.find(({ value }) => value === String(draft.levels[userId] ?? 0))?.label
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ApproversForm({ view, mayWrite, onReload }: Props) {
  const { t } = useTranslation();
  const [edit, setEdit] = useState(() => startEdit(view));
  const [read, setRead] = useState(view);
  const client = useQueryClient();
  const save = useCommand("approversSave", (answer) => {
    setEdit((before) => saved(before, answer));
    client.setQueryData(keys.approvers, answer);
    toast(t("approvers.saved"));
  });
  // The view is not taken over during a save: only the answer shows which input was typed after it was sent.
  if (read !== view && !save.busy) {
    setRead(view);
    setEdit(refreshed(edit, view));
  }
  const { draft } = edit;
  const set: Set = (fields) => setEdit((before) => ({ ...before, draft: { ...before.draft, ...fields } }));
  const submit = () => {
    setEdit(sending);
    save.run(requestOf(edit.base.version, draft));
  };
  const errors = save.error?.code === "invalid" ? formatProblems(save.error.problems) : {};
  const dirty = isDirty(edit);
  const short = shortLevels(draft);
  const stale = save.error?.code === "stale";
  const number = (
    label: string,
    value: FieldNumber,
    error: string | undefined,
    change: (value: FieldNumber) => void,
    unit?: string,
  ) => (
    <NumberField
      key={label}
      label={label}
      value={value}
      readOnly={!mayWrite}
      unit={unit}
      error={error}
      onChange={change}
    />
  );

  return (
    <>
      <Panel title={t("approvers.who")} lead={t("approvers.whoLead")}>
        <People people={view.people} draft={draft} mayWrite={mayWrite} set={set} />
        {errors.approvers && <Note kind="error" title={errors.approvers} />}
      </Panel>
      <Panel title={t("approvers.rules")} lead={t("approvers.rulesLead")}>
        <div className={classes.numbers}>
          {[1, 2, 3].map((level, at) =>
            number(t("approvers.neededAt", { level }), draft.needed[at] ?? null, errors[`needed.${level}`], (value) =>
              set({ needed: draft.needed.map((each, index) => (index === at ? value : each)) }),
            ),
          )}
          {number(t("approvers.rejections"), draft.rejectionsToEnd, errors.rejectionsToEnd, (rejectionsToEnd) =>
            set({ rejectionsToEnd }),
          )}
          {number(
            t("approvers.validity"),
            draft.validityMinutes,
            errors.validityMinutes,
            (validityMinutes) => set({ validityMinutes }),
            t("approvers.minutes"),
          )}
        </div>
        {short.map((level) => (
          <Note key={level} kind="warning" title={t("approvers.tooFew", { level })} />
        ))}
      </Panel>
      <Panel
        title={t("approvers.operations")}
        lead={t("approvers.operationsLead")}
        actions={
          mayWrite && (
            <Button disabled={!dirty} loading={save.busy} onClick={submit}>
              {t("approvers.save")}
            </Button>
          )
        }
      >
        <Checkbox.Group
          aria-label={t("approvers.operations")}
          value={draft.operations}
          onChange={(chosen) => set({ operations: chosen as OperationType[] })}
        >
          <div className={classes.checks}>
            {view.operationTypes.map((type) => (
              <Checkbox key={type} value={type} label={t(`operations.types.${type}`)} disabled={!mayWrite} />
            ))}
          </div>
        </Checkbox.Group>
        {save.failure && save.error?.code !== "invalid" && (
          <>
            <FailureNote failure={save.failure} />
            {stale && (
              <Button variant="default" mt="xs" onClick={onReload}>
                {t("approvers.reload")}
              </Button>
            )}
          </>
        )}
        {view.changedAt && view.changedBy && (
          <p className={classes.inactive}>
            {t("approvers.changedBy", { name: view.changedBy })} <ExactTime at={view.changedAt} />
          </p>
        )}
      </Panel>
    </>
  );
}
