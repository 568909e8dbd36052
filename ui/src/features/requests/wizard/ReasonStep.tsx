// Last step: the reason, a note that nothing has changed yet, and the approvers.
import { Button, Group, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ExactTime } from "../../../components/display/Time";
import { FailureNote, Note } from "../../../components/feedback/Note";
import { useBatchReview } from "../../../data/lists";
import type { ErrorText } from "../../../i18n/errors";
import { counted, formatNumber } from "../../../i18n/format";
import type { ApproverView, BatchDraft, RequestView } from "../../../ipc";
import classes from "./wizard.module.css";

type Props = {
  draft: BatchDraft;
  reason: string;
  error?: string;
  failure: ErrorText | null;
  onChange: (reason: string) => void;
};

export function ReasonStep({ draft, reason, error, failure, onChange }: Props) {
  const { t } = useTranslation();
  // The previous step has already fetched this review. Refused and unchanged credentials are left out of the request.
  const { first } = useBatchReview({ draft, show: "changed", text: null, group: null });
  return (
    <div className={classes.page}>
      <div className={classes.form}>
        <div>
          <h2 className={classes.title}>
            {t(`batch.ask.${draft.action}`, counted(first?.changed ?? draft.credentialIds.length))}
          </h2>
          <p className={classes.lead}>{t("batch.nothingYet")}</p>
        </div>
        <Textarea
          label={t("batch.reason")}
          description={t("batch.reasonHint")}
          withAsterisk
          autosize
          minRows={3}
          maxRows={8}
          value={reason}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {failure && <FailureNote failure={failure} />}
      </div>
    </div>
  );
}

type SentProps = {
  request: RequestView;
  /** Null if the user may not read the approvers. */
  approvers: ApproverView[] | null;
  onShow: () => void;
  onClose: () => void;
};

export function RequestSent({ request, approvers, onShow, onClose }: SentProps) {
  const { t } = useTranslation();
  const { row, levels } = request;
  const deciding = (approvers ?? []).filter(({ level, active }) => active && level !== null);
  return (
    <div className={classes.page}>
      <div className={classes.sent}>
        <Note kind="good" title={t("batch.sent", { code: row.code, ...counted(row.tasks) })}>
          {t("batch.nothingYet")}
        </Note>
        <p className={classes.lead}>
          {t("batch.decideUntil")} <ExactTime at={row.validUntil} />.
        </p>
        <div>
          <h3 className={classes.sectionTitle}>{t("batch.whoDecides")}</h3>
          <ul className={classes.who}>
            {levels.map(({ level, needed }) => (
              <li key={level}>
                {t("batch.levelNeeds", { level, ...counted(needed) })}
                {deciding.some((each) => each.level === level) &&
                  `: ${deciding
                    .filter((each) => each.level === level)
                    .map(({ name }) => name)
                    .join(", ")}`}
              </li>
            ))}
          </ul>
          <p className={classes.lead}>{t("batch.notYourself", { formatted: formatNumber(row.approvalsNeeded) })}</p>
        </div>
        <Group gap="xs">
          <Button onClick={onShow} data-autofocus>
            {t("batch.showRequest", { code: row.code })}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("batch.backToCredentials")}
          </Button>
        </Group>
      </div>
    </div>
  );
}
