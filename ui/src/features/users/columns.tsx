// The columns of the list of users, and the badge of their status.
import { IconCircleCheck, IconCircleOff, IconHourglass } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Tags } from "../../components/display/Tags";
import { RelativeTime } from "../../components/display/Time";
import { type BadgeStyle, StateBadge } from "../../components/feedback/StateBadge";
import type { Column } from "../../components/table";
import type { UserStatus, UserView } from "../../ipc";

const badges = {
  active: { icon: IconCircleCheck, tone: "green" },
  disabled: { icon: IconCircleOff, tone: "gray" },
  invited: { icon: IconHourglass, tone: "amber" },
} satisfies Record<UserStatus, BadgeStyle>;

export function UserBadge({ status }: { status: UserStatus }) {
  const { t } = useTranslation();
  return <StateBadge badge={badges[status]} label={t(`users.statuses.${status}`)} />;
}

export function useUserColumns(): Column<UserView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("users.name"),
        sort: "name",
        width: 11,
        grow: 1.4,
        fixed: true,
        cell: (row) => (
          <span>
            <b style={{ fontWeight: 550 }}>{row.name}</b>
            {row.isYou && <span style={{ color: "var(--text-muted)" }}> · {t("users.you")}</span>}
          </span>
        ),
      },
      {
        id: "roles",
        header: t("users.roles"),
        width: 12,
        grow: 2,
        cell: (row) => <Tags tags={row.roles.map((role) => t(`users.roleNames.${role}`))} most={3} />,
      },
      { id: "status", header: t("users.status"), width: 9, cell: (row) => <UserBadge status={row.status} /> },
      {
        id: "factor",
        spare: 3,
        header: t("users.secondFactor"),
        width: 8.5,
        cell: (row) => {
          const factors = [row.totp && t("users.totp"), row.keyFile && t("users.keyFile")].filter(Boolean);
          return factors.join(", ") || t("common.none");
        },
      },
      {
        id: "lastSignIn",
        spare: 1,
        header: t("users.lastSignIn"),
        sort: "lastSignIn",
        width: 9,
        cell: (row) => <RelativeTime at={row.lastSignInAt} never={t("common.never")} />,
      },
      {
        id: "created",
        spare: 2,
        header: t("users.created"),
        sort: "created",
        width: 8.5,
        hiddenAtFirst: true,
        cell: (row) => <RelativeTime at={row.createdAt} />,
      },
    ],
    [t],
  );
}
