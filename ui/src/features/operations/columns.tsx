// The columns of the lists of operations and attempts.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ElapsedTime, RelativeTime } from "../../components/display/Time";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { formatElapsed, formatNumber } from "../../i18n/format";
import type { AttemptRowView, OperationRowView } from "../../ipc";
import { OperationBadge, OutcomeBadge, TypeMark } from "./states";

const titled = (text: string) => <span title={text}>{text}</span>;

/** Returns the columns; `detailed` adds the template and the message of the device. */
export function useOperationColumns(detailed: boolean): Column<OperationRowView>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const details: Column<OperationRowView>[] = [
      {
        id: "template",
        header: t("operations.template"),
        width: 10,
        cell: (row) =>
          row.templateName
            ? titled(t("credentials.templateVersion", { name: row.templateName, version: row.templateVersion ?? 1 }))
            : "–",
      },
      {
        id: "words",
        header: t("operations.message"),
        width: 12,
        grow: 2,
        cell: (row) => (row.message ? titled(row.message) : "–"),
      },
    ];
    const columns: Column<OperationRowView>[] = [
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
        cell: (row) => row.code,
      },
      {
        id: "type",
        spare: 2,
        header: t("operations.type"),
        width: 11.5,
        cell: (row) => <TypeMark type={row.type} />,
      },
      {
        id: "state",
        header: t("operations.state"),
        sort: "state",
        width: 12,
        grow: 1.4,
        cell: (row) => <OperationBadge operation={row} />,
      },
      {
        id: "cause",
        spare: detailed ? 1 : undefined,
        header: t("operations.cause"),
        width: 9,
        grow: 1.8,
        cell: (row) => {
          if (row.state === "running" && row.startedAt) return <ElapsedTime since={row.startedAt} />;
          if (row.hold) return titled(t(`operations.holds.${row.hold}`));
          if (row.state === "scheduled" && row.immediate) return t("operations.runsNext");
          return row.failure ? titled(t(`failures.${row.failure}.message`)) : "";
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
        width: 7,
        hiddenAtFirst: true,
        cell: (row) => row.requester,
      },
      {
        id: "origin",
        spare: 7,
        header: t("operations.origin"),
        width: 8,
        hiddenAtFirst: true,
        cell: (row) => t(`operations.origins.${row.origin}`),
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
    ];
    return detailed ? [...columns.slice(0, 5), ...details, ...columns.slice(5)] : columns;
  }, [t, detailed]);
}

export function useAttemptColumns(): Column<AttemptRowView>[] {
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
        cell: (row) => row.operationCode,
      },
      {
        id: "number",
        header: t("attempts.number"),
        width: 5,
        grow: 0.3,
        align: "right",
        cell: (row) => formatNumber(row.number),
      },
      { id: "type", spare: 2, header: t("operations.type"), width: 10.5, cell: (row) => <TypeMark type={row.type} /> },
      {
        id: "outcome",
        header: t("attempts.outcome"),
        width: 9,
        cell: (row) => <OutcomeBadge outcome={row.outcome} />,
      },
      {
        id: "failure",
        header: t("attempts.failure"),
        width: 13,
        grow: 2,
        cell: (row) => (row.failure ? titled(t(`failures.${row.failure}.message`)) : ""),
      },
      {
        id: "words",
        spare: 3,
        header: t("operations.message"),
        width: 11,
        grow: 1.6,
        cell: (row) => (row.message ? titled(row.message) : ""),
      },
      {
        id: "started",
        header: t("attempts.started"),
        sort: "started",
        width: 8.5,
        cell: (row) => <RelativeTime at={row.startedAt} />,
      },
      {
        id: "took",
        spare: 1,
        header: t("operations.took"),
        width: 5,
        grow: 0.4,
        align: "right",
        cell: (row) =>
          row.endedAt ? (
            formatElapsed(Date.parse(row.endedAt) - Date.parse(row.startedAt))
          ) : (
            <ElapsedTime since={row.startedAt} />
          ),
      },
      {
        id: "template",
        spare: 4,
        header: t("operations.template"),
        width: 10,
        hiddenAtFirst: true,
        cell: (row) =>
          titled(t("credentials.templateVersion", { name: row.templateName, version: row.templateVersion })),
      },
      {
        id: "requester",
        spare: 5,
        header: t("operations.requester"),
        width: 7,
        hiddenAtFirst: true,
        cell: (row) => row.requester,
      },
    ],
    [t],
  );
}
