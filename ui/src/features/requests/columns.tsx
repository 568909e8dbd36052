// The columns of the lists of requests.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useHalfMinutes } from "../../components/display/clock";
import { RelativeTime } from "../../components/display/Time";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { counted, formatExact, formatNumber, formatRelative } from "../../i18n/format";
import type { RequestRowView } from "../../ipc";
import { RequestBadge } from "./badges";

/** Shows how long a request can still be decided. */
export function Validity({ row }: { row: Pick<RequestRowView, "state" | "validUntil"> }) {
  const { t } = useTranslation();
  const now = useHalfMinutes();
  if (row.state !== "awaitingApproval") return null;
  const over = Date.parse(row.validUntil) <= now;
  return (
    <time dateTime={row.validUntil} title={formatExact(row.validUntil)}>
      {over ? t("requests.over") : t("requests.endsIn", { time: formatRelative(row.validUntil, now) })}
    </time>
  );
}

export function useRequestColumns(): Column<RequestRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "code",
        header: t("requests.request"),
        sort: "code",
        width: 11,
        grow: 1.2,
        fixed: true,
        cell: (row) => (
          <TwoLines
            first={t("requests.name", { code: row.code, action: t(`requests.actions.${row.action}`) })}
            second={
              row.action === "emergency"
                ? ""
                : t(row.action === "operations" ? "requests.operationCount" : "requests.credentialCount", {
                    ...counted(row.tasks),
                  })
            }
          />
        ),
      },
      {
        id: "state",
        header: t("requests.state"),
        sort: "state",
        width: 12.25,
        cell: (row) => <RequestBadge row={row} />,
      },
      {
        id: "reason",
        spare: 2,
        header: t("requests.reason"),
        width: 9,
        grow: 2,
        cell: (row) => <span title={row.reason}>{row.reason}</span>,
      },
      { id: "requester", header: t("requests.requester"), sort: "requester", width: 7, cell: (row) => row.requester },
      {
        id: "approvals",
        spare: 3,
        header: t("requests.approvals"),
        width: 6,
        grow: 0.5,
        cell: (row) =>
          t("requests.ofNeeded", { done: formatNumber(row.approvals), needed: formatNumber(row.approvalsNeeded) }),
      },
      {
        id: "requested",
        header: t("requests.requested"),
        sort: "requested",
        width: 8,
        cell: (row) => <RelativeTime at={row.requestedAt} />,
      },
      {
        id: "validity",
        spare: 1,
        header: t("requests.validity"),
        width: 8.5,
        cell: (row) => <Validity row={row} />,
      },
      {
        id: "ended",
        spare: 4,
        header: t("requests.ended"),
        sort: "ended",
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => row.endedAt && <RelativeTime at={row.endedAt} />,
      },
    ],
    [t],
  );
}
