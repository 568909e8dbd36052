// The short lists of Home: running, coming and failed operations. Each line leads to its operation.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ElapsedTime, RelativeTime } from "../../components/display/Time";
import type { OperationRowView, UpcomingView } from "../../ipc";
import classes from "./home.module.css";

type Line = {
  id: string;
  name: string;
  what: ReactNode;
  when: ReactNode;
  onOpen: () => void;
};

function Lines({ lines }: { lines: Line[] }) {
  return (
    <ul className={classes.lines}>
      {lines.map((line) => (
        <li key={line.id}>
          <button type="button" className={classes.line} onClick={line.onOpen}>
            <span className={classes.lineName}>{line.name}</span>
            <span className={classes.lineWhat}>{line.what}</span>
            <span className={classes.lineWhen}>{line.when}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const useName = () => {
  const { t } = useTranslation();
  return (row: { username: string; deviceName: string }) =>
    t("credentials.label", { username: row.username, device: row.deviceName });
};

type Mark = (operation: OperationRowView) => ReactNode;

export function Running(props: { rows: OperationRowView[]; mark: Mark; onOpen: (id: string) => void }) {
  const name = useName();
  return (
    <Lines
      lines={props.rows.map((row) => ({
        id: row.id,
        name: name(row),
        what: props.mark(row),
        when: row.startedAt && <ElapsedTime since={row.startedAt} />,
        onOpen: () => props.onOpen(row.id),
      }))}
    />
  );
}

export function Failures(props: { rows: OperationRowView[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const name = useName();
  return (
    <Lines
      lines={props.rows.map((row) => {
        const text = row.failure ? t(`failures.${row.failure}.message`) : t("operations.states.error");
        return {
          id: row.id,
          name: name(row),
          what: <span title={text}>{text}</span>,
          when: <RelativeTime at={row.endedAt} />,
          onOpen: () => props.onOpen(row.id),
        };
      })}
    />
  );
}

export function Upcoming(props: {
  rows: UpcomingView[];
  onOpen: (id: string) => void;
  onOpenCredential: (id: string) => void;
}) {
  const { t } = useTranslation();
  const name = useName();
  return (
    <Lines
      lines={props.rows.map((row) => ({
        id: row.operationId ?? `${row.credentialId} ${row.type}`,
        name: name(row),
        what: (
          <span>
            {t(`operations.types.${row.type}`)} · {t(`operations.origins.${row.origin}`)}
          </span>
        ),
        when: <RelativeTime at={row.at} />,
        onOpen: () => (row.operationId ? props.onOpen(row.operationId) : props.onOpenCredential(row.credentialId)),
      }))}
    />
  );
}
