// The columns of the list of policies.
import { IconCircleCheck, IconPlayerPause } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/display/Time";
import { StateBadge } from "../../components/feedback/StateBadge";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { formatNumber } from "../../i18n/format";
import { type PolicyRowView, triggerKinds } from "../../ipc";
import { formatCriteria, formatTrigger } from "./format";

export function PolicyBadge({ paused }: { paused: boolean }) {
  const { t } = useTranslation();
  return paused ? (
    <StateBadge badge={{ icon: IconPlayerPause, tone: "amber" }} label={t("rotation.paused")} />
  ) : (
    <StateBadge badge={{ icon: IconCircleCheck, tone: "green" }} label={t("policies.inForce")} />
  );
}

export function usePolicyColumns(): Column<PolicyRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("policies.policy"),
        sort: "name",
        width: 12,
        grow: 1.6,
        fixed: true,
        cell: (row) => {
          const criteria = formatCriteria(row.criteria).map(({ value }) => value);
          return (
            <TwoLines first={row.name} second={criteria.length > 0 ? criteria.join(" · ") : t("policies.everything")} />
          );
        },
      },
      {
        id: "priority",
        header: t("policies.priority"),
        sort: "priority",
        width: 5.5,
        grow: 0.3,
        align: "right",
        cell: (row) => formatNumber(row.priority),
      },
      {
        id: "strength",
        spare: 2,
        header: t("policies.strength"),
        width: 8.5,
        cell: (row) => row.strengthName,
      },
      {
        id: "triggers",
        spare: 1,
        header: t("policies.tabs.triggers"),
        width: 14,
        grow: 2,
        cell: (row) => {
          const formatted = triggerKinds.map((kind) => formatTrigger(kind, row.triggers)).filter(Boolean);
          const text = formatted.length > 0 ? formatted.join(" · ") : t("policies.noTriggers");
          return <span title={text}>{text}</span>;
        },
      },
      {
        id: "state",
        header: t("operations.state"),
        width: 6.5,
        grow: 0.6,
        cell: (row) => <PolicyBadge paused={row.paused} />,
      },
      {
        id: "credentials",
        header: t("policies.appliesTo"),
        width: 7,
        grow: 0.5,
        align: "right",
        cell: (row) => formatNumber(row.credentials),
      },
      {
        id: "updated",
        spare: 3,
        header: t("credentials.updated"),
        sort: "updated",
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => <RelativeTime at={row.updatedAt} />,
      },
    ],
    [t],
  );
}
