// The columns of the password expiration report.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/display/Time";
import { PolicyStatusBadge } from "../../components/feedback/PolicyStatusBadge";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { formatExact } from "../../i18n/format";
import type { ExpirationRowView } from "../../ipc";

export function useExpirationColumns(): Column<ExpirationRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "username",
        header: t("credentials.username"),
        sort: "username",
        width: 11,
        grow: 1.6,
        fixed: true,
        cell: (row) => <TwoLines first={row.username} second={row.deviceName} />,
      },
      {
        id: "expires",
        header: t("expiration.expires"),
        sort: "expires",
        width: 8,
        cell: (row) => <RelativeTime at={row.expiresAt} never={t("common.never")} />,
      },
      {
        id: "exact",
        spare: 3,
        header: t("expiration.date"),
        width: 11,
        cell: (row) => (row.expiresAt ? formatExact(row.expiresAt) : "–"),
      },
      {
        id: "standing",
        header: t("credentials.standing"),
        width: 9.5,
        cell: (row) => <PolicyStatusBadge status={row.status} />,
      },
      { id: "policy", header: t("policies.policy"), width: 9, cell: (row) => row.policyName ?? "–" },
      {
        id: "changed",
        spare: 2,
        header: t("credentials.storedOrChanged"),
        sort: "changed",
        width: 8,
        cell: (row) => <RelativeTime at={row.changedAt} never={t("common.never")} />,
      },
      {
        id: "nextDue",
        spare: 1,
        header: t("rotation.nextDue"),
        width: 8,
        cell: (row) => <RelativeTime at={row.nextDueAt} never="–" />,
      },
    ],
    [t],
  );
}
