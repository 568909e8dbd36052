// The policy status of a credential as a badge. Home and the password expiration report show the same one.
import {
  IconAlertOctagon,
  IconCircleCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconHandClick,
  IconShieldQuestion,
  IconUnlink,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type BadgeStyle, StateBadge } from "./StateBadge";

export const policyStatusBadges = {
  withinPolicy: { icon: IconCircleCheck, tone: "green" },
  overdue: { icon: IconClockExclamation, tone: "amber" },
  inError: { icon: IconAlertOctagon, tone: "red" },
  outOfSync: { icon: IconUnlink, tone: "red" },
  notVerified: { icon: IconShieldQuestion, tone: "amber" },
  neverChanged: { icon: IconHandClick, tone: "gray" },
  withoutPolicy: { icon: IconCircleDashed, tone: "gray" },
} as const satisfies Record<string, BadgeStyle>;

export function PolicyStatusBadge({ status }: { status: keyof typeof policyStatusBadges }) {
  const { t } = useTranslation();
  return <StateBadge badge={policyStatusBadges[status]} label={t(`credentials.standings.${status}`)} />;
}
