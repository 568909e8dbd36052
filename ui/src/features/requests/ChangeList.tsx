// Every old and new value of a request or a draft: grouped and searchable; only the visible rows are in the document.
import { UnstyledButton } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { SearchField } from "../../components/fields/SearchField";
import { type Column, DataTable } from "../../components/table";
import { TwoLines } from "../../components/table/TwoLines";
import type { EndlessList } from "../../data/lists";
import { formatExact, formatNumber } from "../../i18n/format";
import type { ChangeGroupView, TaskView } from "../../ipc";
import { Flags } from "./badges";
import { type ChangeLine, formatGroup, formatPart, formatValue, linesOf } from "./format";
import classes from "./requests.module.css";
import { TaskDialog } from "./TaskDialog";

export type ChangeFilter = { text: string | null; group: string | null };

type Props = {
  label: string;
  list: EndlessList<TaskView>;
  groups: ChangeGroupView[];
  changeFilter: ChangeFilter;
  onFilter: (changeFilter: ChangeFilter) => void;
  /** Tools beside the search. */
  tools?: ReactNode;
  empty: string;
};

function useChangeColumns(): Column<ChangeLine>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "credential",
        header: t("requests.credential"),
        width: 9,
        grow: 1.2,
        fixed: true,
        cell: ({ task }) => <TwoLines first={task.username} second={task.deviceName} />,
      },
      {
        id: "field",
        header: t("requests.field"),
        width: 8,
        cell: ({ field, part, task }) =>
          field ? formatPart(field, part) : task.operation ? t(`operations.types.${task.operation.type}`) : "",
      },
      {
        id: "from",
        header: t("requests.from"),
        width: 7,
        cell: ({ field, part, from }) =>
          field && (
            <span className={from === "" ? classes.nothing : undefined} title={from}>
              {formatValue(field, part, from)}
            </span>
          ),
      },
      {
        id: "to",
        header: t("requests.to"),
        width: 8,
        grow: 1.2,
        cell: ({ field, part, to, task, first }) => {
          if (task.refusal) return <span className={classes.refused}>{t(`requests.refusals.${task.refusal}`)}</span>;
          if (task.operation) return t("requests.notBefore", { time: formatExact(task.operation.scheduledAt) });
          if (!field) return <span className={classes.nothing}>{t("requests.unchanged")}</span>;
          return (
            <span title={to}>
              <IconArrowRight size={13} aria-hidden className={classes.arrow} />{" "}
              <span className={to === "" ? classes.nothing : classes.to}>{formatValue(field, part, to)}</span>
              {first && <Flags of={task.flags} />}
            </span>
          );
        },
      },
    ],
    [t],
  );
}

export function ChangeGroups({ groups, chosen, onChoose }: GroupsProps) {
  const { t } = useTranslation();
  if (groups.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.groups} aria-label={t("requests.groups")} tabIndex={0}>
      {groups.map(({ key, field, from, to, count }) => (
        <UnstyledButton
          key={key}
          className={classes.group}
          aria-pressed={chosen === key}
          onClick={() => onChoose(chosen === key ? null : key)}
        >
          <span className={classes.groupField}>{t(`requests.fields.${field}`)}</span>
          <span className={classes.groupText}>
            <span className={from === "" ? classes.nothing : undefined}>{formatGroup(field, from)}</span>
            <IconArrowRight size={12} aria-label={t("requests.becomes")} role="img" className={classes.arrow} />
            <span className={to === "" ? classes.nothing : classes.to}>{formatGroup(field, to)}</span>
          </span>
          <span className={classes.groupCount}>{formatNumber(count)}</span>
        </UnstyledButton>
      ))}
    </section>
  );
}
type GroupsProps = { groups: ChangeGroupView[]; chosen: string | null; onChoose: (key: string | null) => void };

export function ChangeList({ label, list, groups, changeFilter, onFilter, tools, empty }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<TaskView | null>(null);
  const columns = useChangeColumns();
  const lines = useMemo(() => linesOf(list.rows), [list.rows]);
  const isNarrowed = changeFilter.text !== null || changeFilter.group !== null;
  return (
    <>
      <div className={classes.tools}>
        {tools}
        <div className={classes.search}>
          <SearchField
            label={t("requests.searchChanges")}
            value={changeFilter.text ?? ""}
            onChange={(text) => onFilter({ ...changeFilter, text: text || null })}
          />
        </div>
      </div>
      <ChangeGroups
        groups={groups}
        chosen={changeFilter.group}
        onChoose={(group) => onFilter({ ...changeFilter, group })}
      />
      <DataTable
        label={label}
        // A credential has a line for each change, so the total number is known only when all were read.
        list={{ ...list, rows: lines, total: lines.length + (list.hasMore ? list.total - list.rows.length : 0) }}
        columns={columns}
        sorting={null}
        onSort={() => {}}
        rowId={(line) => line.key}
        rowName={({ task }) => t("credentials.label", { username: task.username, device: task.deviceName })}
        rowActions={({ task }) => [{ id: "details", label: t("requests.whole"), onSelect: () => setShown(task) }]}
        onOpen={({ task }) => setShown(task)}
        isDimmed={({ task }) => task.changes.length === 0 && task.operation === null && task.refusal === null}
        empty={<EmptyState text={isNarrowed ? t("table.nothingMatches") : empty} />}
      />
      {shown && <TaskDialog task={shown} onClose={() => setShown(null)} />}
    </>
  );
}
