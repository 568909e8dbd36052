// Shows when a credential is rotated automatically, or why not, and which policy applies, criterion by criterion.
import { Button } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExactTime, RelativeTime } from "../../components/display/Time";
import { Note } from "../../components/feedback/Note";
import { Facts } from "../../components/layout/Facts";
import { useRotationOf } from "../../data/records";
import { i18next } from "../../i18n";
import { formatExact, formatNumber } from "../../i18n/format";
import type { CriterionView, PolicyReasonView, RotationReason } from "../../ipc";
import classes from "./credentials.module.css";

/** Returns the text of a reason against rotation, and the text of its remedy. */
export function formatReason(reason: RotationReason): { text: string; remedy: string } {
  const { t } = i18next;
  const remedy = t(`rotation.reasons.${reason.code}.remedy`);
  switch (reason.code) {
    case "notChangeable":
      return { text: t(`notChangeable.${reason.reason}`), remedy };
    case "everythingPaused":
    case "credentialPaused":
      return { text: t(`rotation.reasons.${reason.code}.text`, { ...reason.pause }), remedy };
    case "policyPaused":
      return { text: t("rotation.reasons.policyPaused.text", { ...reason.pause, policy: reason.policy }), remedy };
    case "noTrigger":
      return { text: t("rotation.reasons.noTrigger.text", { policy: reason.policy }), remedy };
    case "lastFailed":
      return {
        text: t("rotation.reasons.lastFailed.text", {
          code: reason.operationCode,
          failure: t(`failures.${reason.failure}.message`),
        }),
        remedy,
      };
    case "openOperation":
      return {
        text: t("rotation.reasons.openOperation.text", {
          code: reason.operationCode,
          state: t(`operations.states.${reason.state}`),
        }),
        remedy,
      };
    case "verificationRefused":
      return { text: t("rotation.reasons.verificationRefused.text", { at: formatExact(reason.at) }), remedy };
    case "windowClosed":
      return { text: t("rotation.reasons.windowClosed.text", { until: formatExact(reason.until) }), remedy };
    default:
      return { text: t(`rotation.reasons.${reason.code}.text`), remedy };
  }
}

function Criterion({ criterion }: { criterion: CriterionView }) {
  const { t } = useTranslation();
  const Sign = criterion.matches ? IconCheck : IconX;
  return (
    <li className={classes.criterion} data-matches={criterion.matches}>
      <Sign size={14} aria-hidden />
      <span>
        {t(criterion.matches ? "policies.matches" : "policies.differs", {
          field: t(`policies.fields.${criterion.field}`),
          pattern: criterion.pattern,
          value: criterion.value || t("common.none"),
        })}
      </span>
    </li>
  );
}

function PolicyReason({ policy }: { policy: PolicyReasonView }) {
  const { t } = useTranslation();
  return (
    <li className={classes.policy} data-applies={policy.status === "applies" || undefined}>
      <div className={classes.policyHead}>
        <b>{policy.policyName}</b>
        <span className={classes.muted}>
          {t(`policies.standings.${policy.status}`, { priority: formatNumber(policy.priority) })}
        </span>
      </div>
      <ul className={classes.criteria}>
        {policy.criteria.length === 0 && <li className={classes.muted}>{t("policies.matchesAll")}</li>}
        {policy.criteria.map((criterion) => (
          <Criterion key={criterion.field} criterion={criterion} />
        ))}
      </ul>
    </li>
  );
}

export function Rotation({ id }: { id: string }) {
  const { t } = useTranslation();
  const [explained, setExplained] = useState(false);
  const { data } = useRotationOf(id);
  if (!data) return null;
  const applying = data.policies.find((policy) => policy.status === "applies");
  return (
    <>
      {data.reasons.length > 0 && (
        <Note kind="warning" title={t("rotation.whyNot")}>
          <ol className={classes.reasons}>
            {data.reasons.map((reason) => {
              const { text, remedy } = formatReason(reason);
              return (
                <li key={reason.code}>
                  <span>{text}</span> <span className={classes.muted}>{remedy}</span>
                </li>
              );
            })}
          </ol>
        </Note>
      )}
      <Facts
        facts={[
          { name: t("policies.policy"), value: applying?.policyName ?? t("policies.noneApplies") },
          ...data.due.map((due) => ({
            name: t(`rotation.due.${due.kind}`),
            value: (
              <>
                <RelativeTime at={due.at} /> · <ExactTime at={due.at} />
              </>
            ),
          })),
        ]}
      />
      {data.policies.length > 0 && (
        <Button
          variant="subtle"
          size="compact-sm"
          ml="-0.5rem"
          aria-expanded={explained}
          onClick={() => setExplained(!explained)}
        >
          {t(explained ? "policies.whyHide" : "policies.why")}
        </Button>
      )}
      {explained && (
        <ol className={classes.policies}>
          {data.policies.map((policy) => (
            <PolicyReason key={policy.policyId} policy={policy} />
          ))}
        </ol>
      )}
    </>
  );
}
