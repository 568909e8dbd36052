// The columns of the list of devices.
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Tags } from "../../components/display/Tags";
import { RelativeTime } from "../../components/display/Time";
import { StateBadge } from "../../components/feedback/StateBadge";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { formatNumber } from "../../i18n/format";
import type { DeviceRowView } from "../../ipc";

export function HostKeyBadge({ pinned }: { pinned: boolean }) {
  const { t } = useTranslation();
  return pinned ? (
    <StateBadge badge={{ icon: IconShieldCheck, tone: "green" }} label={t("devices.hostKeyPinned")} />
  ) : (
    <StateBadge badge={{ icon: IconAlertTriangle, tone: "amber" }} label={t("devices.hostKeyMissing")} />
  );
}

export function useDeviceColumns(): Column<DeviceRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("devices.name"),
        sort: "name",
        width: 11,
        grow: 2,
        fixed: true,
        cell: (row) => <TwoLines first={row.name} second={`${row.address}:${row.port}`} />,
      },
      { id: "type", header: t("devices.type"), sort: "type", width: 7.5, cell: (row) => row.type },
      {
        id: "model",
        spare: 3,
        header: t("devices.model"),
        width: 8,
        cell: (row) => [row.manufacturer, row.model].filter(Boolean).join(" "),
      },
      { id: "site", spare: 1, header: t("devices.site"), sort: "site", width: 7, cell: (row) => row.site },
      { id: "tags", spare: 4, header: t("devices.tags"), width: 9.5, cell: (row) => <Tags tags={row.tags} /> },
      {
        id: "criticality",
        spare: 5,
        header: t("devices.criticality"),
        width: 6,
        hiddenAtFirst: true,
        cell: (row) => t(`devices.criticalities.${row.criticality}`),
      },
      {
        id: "hostKey",
        header: t("devices.hostKey"),
        width: 9,
        cell: (row) => <HostKeyBadge pinned={row.hostKeyPinned} />,
      },
      {
        id: "credentials",
        spare: 2,
        header: t("devices.credentials"),
        width: 6.5,
        grow: 0.5,
        align: "right",
        cell: (row) => formatNumber(row.credentials),
      },
      {
        id: "updated",
        spare: 6,
        header: t("devices.updated"),
        sort: "updated",
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => <RelativeTime at={row.updatedAt} />,
      },
    ],
    [t],
  );
}
