// The steps of an attempt: those that are done, the current or failed one, and those that would have followed.
import { IconAlertOctagon, IconCheck, IconLoader2, IconPointFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OperationStep } from "../../ipc";
import classes from "./operations.module.css";

export type Activity = "prepare" | "connect" | "change" | "prove" | "close" | "probe" | "verify";

/** The activity between a recorded step and the next one. */
const activityAfter = {
  claimed: "prepare",
  prepared: "connect",
  opened: "change",
  marked: "change",
  applied: "prove",
  closing: "close",
  probing: "probe",
  verifying: "verify",
} satisfies Record<OperationStep, Activity>;

export function activitiesOf(step: OperationStep): { all: Activity[]; at: number } {
  // A verification changes nothing; it consists of one login.
  if (step === "verifying") return { all: ["verify"], at: 0 };
  const probing = step === "probing";
  const closing: Activity[] = step === "closing" ? ["close"] : [];
  const all: Activity[] = ["prepare", "connect", "change", probing ? "probe" : "prove", ...closing];
  return { all, at: all.indexOf(activityAfter[step]) };
}

const signs = { passed: IconCheck, ahead: IconPointFilled, failed: IconAlertOctagon, current: IconLoader2 };

export function StepLine({ step, failed, done }: { step: OperationStep; failed: boolean; done: boolean }) {
  const { t } = useTranslation();
  const { all, at } = activitiesOf(step);
  return (
    <ol className={classes.steps} aria-label={t("operations.progress")}>
      {all.map((activity, index) => {
        const status = done || index < at ? "passed" : index > at ? "ahead" : failed ? "failed" : "current";
        const Sign = signs[status];
        return (
          <li
            key={activity}
            className={classes.step}
            data-status={status}
            aria-current={index === at && !done ? "step" : undefined}
          >
            <Sign size={14} aria-hidden />
            {t(`operations.activities.${activity}`)}
          </li>
        );
      })}
    </ol>
  );
}
