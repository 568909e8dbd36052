// Says of an entry that its time is yet to come: the clock by which it was written was ahead.
import { IconClockExclamation } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { StateBadge } from "../../components/feedback/StateBadge";

export function ClockAhead() {
  const { t } = useTranslation();
  return <StateBadge badge={{ icon: IconClockExclamation, tone: "amber" }} label={t("audit.clockAhead")} />;
}
