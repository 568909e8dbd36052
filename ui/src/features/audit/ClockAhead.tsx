// Marks an entry whose time is in the future, because the clock of its author was ahead.
import { IconClockExclamation } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { StateBadge } from "../../components/feedback/StateBadge";

export function ClockAhead() {
  const { t } = useTranslation();
  return <StateBadge badge={{ icon: IconClockExclamation, tone: "amber" }} label={t("audit.clockAhead")} />;
}
