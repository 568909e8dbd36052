// The badge of each state of an operation, and its text while it runs.
import {
  IconAlertOctagon,
  IconBan,
  IconCertificate,
  IconCircleCheck,
  IconClock,
  IconCloud,
  IconHandStop,
  IconHourglassEmpty,
  IconKey,
  IconLink,
  IconListCheck,
  IconPlayerPause,
  IconShieldCheck,
  IconTool,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type BadgeStyle, StateBadge } from "../../components/feedback/StateBadge";
import type { AttemptOutcome, OperationRowView, OperationState, OperationType } from "../../ipc";
import classes from "./operations.module.css";

const badges = {
  awaitingApproval: { icon: IconHandStop, tone: "violet" },
  scheduled: { icon: IconClock, tone: "gray" },
  running: { icon: "spinner", tone: "teal" },
  succeeded: { icon: IconCircleCheck, tone: "green" },
  error: { icon: IconAlertOctagon, tone: "red" },
  canceled: { icon: IconBan, tone: "gray" },
  expired: { icon: IconHourglassEmpty, tone: "amber" },
} satisfies Record<OperationState, BadgeStyle>;

type BadgedOperation = Pick<OperationRowView, "state" | "step"> & { hold?: OperationRowView["hold"] };

export function OperationBadge({ operation }: { operation: BadgedOperation }) {
  const { t } = useTranslation();
  const { state, step, hold } = operation;
  // A blocked operation waits for a person or an event, so it has another icon.
  const badge: BadgeStyle = state === "scheduled" && hold ? { icon: IconPlayerPause, tone: "amber" } : badges[state];
  return (
    <StateBadge
      badge={badge}
      label={t(`operations.states.${state}`)}
      detail={state === "running" && step ? t(`operations.steps.${step}`) : undefined}
    />
  );
}

const outcomeBadges = {
  running: { icon: "spinner", tone: "teal" },
  succeeded: { icon: IconCircleCheck, tone: "green" },
  failed: { icon: IconAlertOctagon, tone: "red" },
} satisfies Record<AttemptOutcome, BadgeStyle>;

export function OutcomeBadge({ outcome }: { outcome: AttemptOutcome }) {
  const { t } = useTranslation();
  return <StateBadge badge={outcomeBadges[outcome]} label={t(`attempts.outcomes.${outcome}`)} />;
}

const typeIcons = {
  changePassword: IconKey,
  childPasswordChange: IconLink,
  reconciliation: IconTool,
  passwordVerification: IconShieldCheck,
  credentialActivation: IconKey,
  credentialInactivation: IconKey,
  userCreation: IconUser,
  userDeletion: IconUser,
  groupCreation: IconUsers,
  groupDeletion: IconUsers,
  userAddedToGroup: IconUsers,
  userRemovedFromGroup: IconUsers,
  ephemeralCredentialCreation: IconHourglassEmpty,
  ephemeralCredentialRemoval: IconHourglassEmpty,
  sshKeyRotation: IconKey,
  certificatePublication: IconCertificate,
  secretManagementAutomation: IconListCheck,
  taskManager: IconListCheck,
  cloudAccessKeyRotation: IconCloud,
} satisfies Record<OperationType, unknown>;

export function TypeMark({ type }: { type: OperationType }) {
  const { t } = useTranslation();
  const Sign = typeIcons[type];
  const text = t(`operations.types.${type}`);
  return (
    <span className={classes.type} title={text}>
      <Sign size={15} aria-hidden />
      <span>{text}</span>
    </span>
  );
}
