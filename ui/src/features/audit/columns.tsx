// The columns of the audit trail: time, user, action and object.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "../../components/table";
import { formatExact, formatNumber } from "../../i18n/format";
import type { AuditRowView } from "../../ipc";
import { ClockAhead } from "./ClockAhead";
import { formatAction, formatNoun, formatObject } from "./format";

// The mark comes first: if there is not enough room for both, the action is cut and not the mark.
function Done({ row }: { row: AuditRowView }) {
  return (
    <>
      {row.clockWasAhead && <ClockAhead />} {formatAction(row.action)}
    </>
  );
}

export function useAuditColumns(): Column<AuditRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "number",
        header: t("audit.number"),
        sort: "number",
        width: 5.5,
        grow: 0.3,
        align: "right",
        fixed: true,
        cell: (row) => formatNumber(row.number),
      },
      {
        // The time is exact, not "3 hours ago": a trail is read by the clock.
        id: "at",
        header: t("audit.at"),
        width: 12.75,
        grow: 0.8,
        cell: (row) => <time dateTime={row.at}>{formatExact(row.at)}</time>,
      },
      { id: "who", header: t("audit.who"), width: 8, cell: (row) => row.userName ?? t("audit.program") },
      { id: "action", header: t("audit.action"), width: 11, grow: 1.6, cell: (row) => <Done row={row} /> },
      {
        id: "object",
        header: t("audit.object"),
        width: 11,
        grow: 1.6,
        cell: (row) => formatObject(row.noun, row.objectLabel),
      },
      {
        id: "noun",
        spare: 1,
        header: t("audit.noun"),
        width: 7.5,
        cell: (row) => (row.noun ? formatNoun(row.noun) : ""),
      },
    ],
    [t],
  );
}
