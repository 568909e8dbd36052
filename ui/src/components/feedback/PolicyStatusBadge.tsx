// Where a credential stands at a glance: the figures of Home and the report of password expiration tell it alike.
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

export function PolicyStatusBadge({ standing }: { standing: keyof typeof policyStatusBadges }) {
  const { t } = useTranslation();
  return <StateBadge badge={policyStatusBadges[standing]} label={t(`credentials.standings.${standing}`)} />;
}
