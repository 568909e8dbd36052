// One attempt of an operation: its time, its steps, its error, the device's message, and the masked transcript.
import { Text } from "@mantine/core";
import { IconAlertOctagon, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ElapsedTime, ExactTime } from "../../components/display/Time";
import { FailureNote } from "../../components/feedback/Note";
import { type BadgeStyle, StateBadge } from "../../components/feedback/StateBadge";
import { Facts } from "../../components/layout/Facts";
import { formatFailure } from "../../i18n/errors";
import { formatElapsed } from "../../i18n/format";
import type { AttemptView } from "../../ipc";
import classes from "./operations.module.css";
import { StepLine } from "./StepLine";
import { Transcript } from "./Transcript";

function badgeOf(attempt: AttemptView): {
  badge: BadgeStyle;
  key: "attemptSucceeded" | "attemptRunning" | "states.error";
} {
  if (attempt.failure) return { badge: { icon: IconAlertOctagon, tone: "red" }, key: "states.error" };
  if (!attempt.endedAt) return { badge: { icon: "spinner", tone: "teal" }, key: "attemptRunning" };
  return { badge: { icon: IconCircleCheck, tone: "green" }, key: "attemptSucceeded" };
}

export function Attempt({ attempt }: { attempt: AttemptView }) {
  const { t } = useTranslation();
  const { badge, key } = badgeOf(attempt);
  return (
    <li className={classes.attempt} aria-label={t("operations.attempt", { number: attempt.number })}>
      <div className={classes.attemptHead}>
        <h4 className={classes.attemptTitle}>{t("operations.attempt", { number: attempt.number })}</h4>
        <StateBadge badge={badge} label={t(`operations.${key}`)} />
      </div>
      <StepLine
        step={attempt.step}
        failed={attempt.failure !== null}
        done={attempt.endedAt !== null && !attempt.failure}
      />
      {attempt.failure && <FailureNote failure={formatFailure(attempt.failure)} />}
      {attempt.deviceWords && (
        <div>
          <Text size="xs" c="dimmed">
            {t("operations.deviceWords")}
          </Text>
          <pre className={classes.words}>{attempt.deviceWords}</pre>
        </div>
      )}
      {attempt.expected && (
        <div>
          <Text size="xs" c="dimmed">
            {t("operations.expected")}
          </Text>
          <pre className={classes.words}>{attempt.expected}</pre>
        </div>
      )}
      <Facts
        facts={[
          { name: t("operations.executed"), value: <ExactTime at={attempt.startedAt} /> },
          {
            name: t("operations.took"),
            value: attempt.endedAt ? (
              formatElapsed(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))
            ) : (
              <ElapsedTime since={attempt.startedAt} />
            ),
          },
          {
            name: t("operations.template"),
            value: t("credentials.templateVersion", { name: attempt.templateName, version: attempt.templateVersion }),
          },
        ]}
      />
      {attempt.transcript.length > 0 && <Transcript lines={attempt.transcript} number={attempt.number} />}
    </li>
  );
}
