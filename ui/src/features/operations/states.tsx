// How each state of an operation looks, and what is said of it while it runs.
import {
  IconAlertOctagon,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconHourglassEmpty,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { StateBadge, type StateLook } from "../../components/StateBadge";
import type { OperationRowView, OperationState } from "../../ipc";

const looks = {
  awaitingApproval: { icon: IconHandStop, tone: "violet" },
  scheduled: { icon: IconClock, tone: "gray" },
  running: { icon: "spinner", tone: "teal" },
  succeeded: { icon: IconCircleCheck, tone: "green" },
  error: { icon: IconAlertOctagon, tone: "red" },
  canceled: { icon: IconBan, tone: "gray" },
  expired: { icon: IconHourglassEmpty, tone: "amber" },
} satisfies Record<OperationState, StateLook>;

export function OperationBadge({ operation }: { operation: Pick<OperationRowView, "state" | "step"> }) {
  const { t } = useTranslation();
  const { state, step } = operation;
  return (
    <StateBadge
      look={looks[state]}
      label={t(`operations.states.${state}`)}
      detail={state === "running" && step ? t(`operations.steps.${step}`) : undefined}
    />
  );
}
