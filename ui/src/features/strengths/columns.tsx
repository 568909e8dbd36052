// The columns of the list of strengths.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/display/Time";
import type { Column } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import { counted, formatNumber } from "../../i18n/format";
import type { StrengthRowView } from "../../ipc";
import { classFields } from "./rules";

export function useStrengthColumns(): Column<StrengthRowView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("strengths.strength"),
        sort: "name",
        width: 12,
        grow: 2,
        fixed: true,
        cell: (row) => (
          <TwoLines
            first={row.name}
            second={row.usable ? (row.builtIn ? t("strengths.builtIn") : "") : t("strengths.unusable")}
          />
        ),
      },
      {
        id: "length",
        header: t("strengths.length"),
        width: 7,
        grow: 0.6,
        align: "right",
        cell: ({ rules }) =>
          rules.minimumLength === rules.maximumLength
            ? formatNumber(rules.minimumLength)
            : `${formatNumber(rules.minimumLength)} – ${formatNumber(rules.maximumLength)}`,
      },
      {
        id: "classes",
        spare: 1,
        header: t("strengths.classes"),
        width: 14,
        grow: 2,
        cell: ({ rules }) => {
          const text = classFields
            .filter((field) => rules[field] !== null)
            .map((field) => t(`strengths.atLeast.${field}`, counted(rules[field] ?? 0)))
            .join(" · ");
          return <span title={text}>{text}</span>;
        },
      },
      {
        id: "bits",
        header: t("strengths.bits"),
        sort: "bits",
        width: 7,
        grow: 0.6,
        align: "right",
        cell: (row) => t("strengths.bitsOf", counted(Math.floor(row.bits))),
      },
      {
        id: "policies",
        header: t("strengths.policies"),
        width: 6.5,
        grow: 0.5,
        align: "right",
        cell: (row) => formatNumber(row.policies),
      },
      {
        id: "updated",
        spare: 2,
        header: t("credentials.updated"),
        sort: "updated",
        width: 8,
        cell: (row) => <RelativeTime at={row.updatedAt} />,
      },
    ],
    [t],
  );
}
