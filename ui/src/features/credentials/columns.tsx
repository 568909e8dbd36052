// The columns of the lists of credentials, and the badges of a credential.
import {
  IconCircleCheck,
  IconCircleOff,
  IconHelpCircle,
  IconKeyOff,
  IconPlayerPause,
  IconRefresh,
  IconShieldCheck,
  IconShieldQuestion,
  IconShieldX,
  IconUnlink,
} from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Tags } from "../../components/display/Tags";
import { RelativeTime } from "../../components/display/Time";
import { type BadgeStyle, StateBadge } from "../../components/feedback/StateBadge";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import type { CredentialRowView, CredentialStatus, SyncState, VerificationResult } from "../../ipc";

const syncBadges = {
  noPassword: { icon: IconKeyOff, tone: "gray" },
  notVerified: { icon: IconShieldQuestion, tone: "amber" },
  inSync: { icon: IconCircleCheck, tone: "green" },
  checking: { icon: IconRefresh, tone: "teal" },
  outOfSync: { icon: IconUnlink, tone: "red" },
} satisfies Record<SyncState, BadgeStyle>;

const statusBadges = {
  active: { icon: IconCircleCheck, tone: "green" },
  inactive: { icon: IconCircleOff, tone: "gray" },
} satisfies Record<CredentialStatus, BadgeStyle>;

const verificationBadges = {
  confirmed: { icon: IconShieldCheck, tone: "green" },
  refused: { icon: IconShieldX, tone: "red" },
  couldNotCheck: { icon: IconHelpCircle, tone: "amber" },
} satisfies Record<VerificationResult, BadgeStyle>;

export function VerificationBadge({ result }: { result: VerificationResult }) {
  const { t } = useTranslation();
  return <StateBadge badge={verificationBadges[result]} label={t(`verification.results.${result}`)} />;
}

export function PausedBadge() {
  const { t } = useTranslation();
  return <StateBadge badge={{ icon: IconPlayerPause, tone: "amber" }} label={t("rotation.paused")} />;
}

export function SyncBadge({ sync }: { sync: SyncState }) {
  const { t } = useTranslation();
  return <StateBadge badge={syncBadges[sync]} label={t(`credentials.syncs.${sync}`)} />;
}

export function StatusBadge({ status }: { status: CredentialStatus }) {
  const { t } = useTranslation();
  return <StateBadge badge={statusBadges[status]} label={t(`credentials.statuses.${status}`)} />;
}

/** Shows since when the stored password exists, and whether a person stored it or a change made it. */
export function StoredOrChanged({ row }: { row: Pick<CredentialRowView, "changedAt" | "passwordOrigin"> }) {
  const { t } = useTranslation();
  if (row.changedAt === null) return t("common.never");
  return (
    <>
      {t(row.passwordOrigin === "entered" ? "credentials.stored" : "credentials.changed")}{" "}
      <RelativeTime at={row.changedAt} />
    </>
  );
}

const withDomain = (row: { username: string; domain: string }) =>
  row.domain ? `${row.domain}\\${row.username}` : row.username;

export function useCredentialColumns(): Column<CredentialRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "username",
        header: t("credentials.username"),
        sort: "username",
        width: 11,
        grow: 2,
        fixed: true,
        cell: (row) => <TwoLines first={withDomain(row)} second={row.deviceName} />,
      },
      {
        id: "device",
        spare: 1,
        header: t("credentials.device"),
        sort: "device",
        width: 8,
        cell: (row) => <TwoLines first={row.deviceName} second={row.deviceAddress} />,
        hiddenAtFirst: true,
      },
      {
        id: "type",
        spare: 2,
        header: t("credentials.type"),
        width: 9.5,
        cell: (row) => t(`credentials.types.${row.passwordType}`),
      },
      { id: "tags", spare: 4, header: t("credentials.tags"), width: 9, cell: (row) => <Tags tags={row.tags} /> },
      {
        id: "status",
        header: t("credentials.status"),
        width: 6.5,
        cell: (row) => (row.paused && row.status === "active" ? <PausedBadge /> : <StatusBadge status={row.status} />),
      },
      { id: "sync", header: t("credentials.sync"), width: 9.5, cell: (row) => <SyncBadge sync={row.sync} /> },
      {
        id: "automatic",
        spare: 5,
        header: t("credentials.automatic"),
        width: 8,
        grow: 0.6,
        hiddenAtFirst: true,
        cell: (row) => t(row.automaticChange ? "credentials.automaticOn" : "credentials.automaticOff"),
      },
      {
        id: "changed",
        spare: 3,
        header: t("credentials.storedOrChanged"),
        sort: "changed",
        width: 11,
        cell: (row) => <StoredOrChanged row={row} />,
      },
      {
        id: "verification",
        spare: 7,
        header: t("verification.title"),
        width: 9,
        hiddenAtFirst: true,
        cell: (row) => (row.verification ? <VerificationBadge result={row.verification} /> : t("common.never")),
      },
      {
        id: "expires",
        spare: 8,
        header: t("expiration.expires"),
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => <RelativeTime at={row.expiresAt} never={t("common.never")} />,
      },
      {
        id: "nextDue",
        spare: 9,
        header: t("rotation.nextDue"),
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => <RelativeTime at={row.nextDueAt} never="–" />,
      },
      {
        id: "updated",
        spare: 6,
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

/**
 * Returns the columns for requesting changes: the identifying ones, and the reason if a credential cannot be changed.
 */
export function useChangeColumns(): Column<CredentialRowView>[] {
  const { t } = useTranslation();
  const columns = useCredentialColumns();
  return useMemo(() => {
    const shown = columns
      .filter(({ id }) => ["username", "type", "tags", "changed"].includes(id))
      .map((column) => ({ ...column, hiddenAtFirst: false }));
    const reason: Column<CredentialRowView> = {
      id: "reason",
      header: t("change.reason"),
      width: 15,
      grow: 2,
      cell: (row) => {
        const text = row.notChangeable ? t(`notChangeable.${row.notChangeable}`) : t("credentials.ready");
        const badge: BadgeStyle = row.notChangeable
          ? { icon: IconCircleOff, tone: "gray" }
          : { icon: IconCircleCheck, tone: "green" };
        return (
          <span title={text}>
            <StateBadge badge={badge} label={text} />
          </span>
        );
      },
    };
    return [...shown, reason];
  }, [columns, t]);
}
