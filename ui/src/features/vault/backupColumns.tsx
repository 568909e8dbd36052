// The columns of the list of backups.
import { IconAlertOctagon, IconCircleCheck, IconHelpCircle } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { StateBadge } from "../../components/feedback/StateBadge";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { formatExact, formatNumber } from "../../i18n/format";
import type { BackupStatus, BackupView } from "../../ipc";

const badges = {
  good: { icon: IconCircleCheck, tone: "green" },
  unchecked: { icon: IconHelpCircle, tone: "gray" },
  damaged: { icon: IconAlertOctagon, tone: "red" },
} as const satisfies Record<BackupStatus, unknown>;

export const parentOf = (path: string) => path.replace(/[\\/][^\\/]*$/, "");
export const fileOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

export function useBackupColumns(): Column<BackupView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "madeAt",
        header: t("backups.madeAt"),
        width: 14,
        grow: 2,
        fixed: true,
        cell: (row) => <TwoLines first={formatExact(row.madeAt)} second={fileOf(row.path)} />,
      },
      { id: "reason", header: t("backups.reason"), width: 11, cell: (row) => t(`backups.reasons.${row.reason}`) },
      {
        id: "standing",
        header: t("backups.standing"),
        width: 9,
        cell: (row) => <StateBadge badge={badges[row.status]} label={t(`backups.standings.${row.status}`)} />,
      },
      {
        id: "entries",
        spare: 2,
        header: t("backups.entries"),
        width: 8,
        grow: 0.5,
        align: "right",
        cell: (row) => formatNumber(row.auditEntries),
      },
      {
        id: "size",
        spare: 1,
        header: t("backups.size"),
        width: 6,
        grow: 0.5,
        align: "right",
        cell: (row) => t("backups.mebibytes", { formatted: formatNumber(Math.round(row.sizeKibibytes / 102.4) / 10) }),
      },
    ],
    [t],
  );
}
