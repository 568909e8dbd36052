// What the list of operations shows of each.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "../../components/DataTable";
import { ElapsedTime, RelativeTime } from "../../components/Time";
import { TwoLines } from "../../components/TwoLines";
import { formatNumber } from "../../i18n/format";
import type { OperationRowView } from "../../ipc";
import { OperationBadge } from "./states";

export function useOperationColumns(): Column<OperationRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "username",
        header: t("operations.username"),
        sort: "username",
        width: 11,
        grow: 1.6,
        fixed: true,
        cell: (row) => <TwoLines first={row.username} second={row.deviceName} />,
      },
      {
        id: "code",
        header: t("operations.code"),
        sort: "code",
        width: 5,
        grow: 0.4,
        align: "right",
        cell: (row) => formatNumber(row.code),
      },
      {
        id: "type",
        spare: 4,
        header: t("operations.type"),
        width: 8.5,
        hiddenAtFirst: true,
        cell: (row) => t(`operations.types.${row.type}`),
      },
      {
        id: "state",
        header: t("operations.state"),
        sort: "state",
        width: 14,
        grow: 1.6,
        cell: (row) => <OperationBadge operation={row} />,
      },
      {
        id: "message",
        header: t("operations.message"),
        width: 12,
        grow: 2,
        cell: (row) => {
          if (row.state === "running" && row.startedAt) return <ElapsedTime since={row.startedAt} />;
          if (!row.failure) return "";
          const text = t(`failures.${row.failure}.message`);
          return <span title={text}>{text}</span>;
        },
      },
      {
        id: "scheduled",
        spare: 1,
        header: t("operations.scheduled"),
        sort: "scheduled",
        width: 8.5,
        cell: (row) => <RelativeTime at={row.scheduledAt} />,
      },
      {
        id: "executed",
        spare: 3,
        header: t("operations.executed"),
        sort: "executed",
        width: 8.5,
        cell: (row) => <RelativeTime at={row.startedAt} never="–" />,
      },
      {
        id: "requester",
        spare: 5,
        header: t("operations.requester"),
        width: 6.5,
        hiddenAtFirst: true,
        cell: (row) => row.requester,
      },
      {
        id: "attempts",
        spare: 6,
        header: t("operations.attempts"),
        width: 6,
        grow: 0.4,
        align: "right",
        hiddenAtFirst: true,
        cell: (row) => formatNumber(row.attempts),
      },
    ],
    [t],
  );
}
