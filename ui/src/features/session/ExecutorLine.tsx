// One sentence that says if passwords are changed while the window is locked.
import { IconClockPause, IconHandStop, IconLock, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { counted } from "../../i18n/format";
import type { ExecutorState, ExecutorView } from "../../ipc";
import classes from "./session.module.css";

const signs = {
  working: IconRefresh,
  waitingForOperator: IconHandStop,
  paused: IconClockPause,
  restingWhileLocked: IconClockPause,
  off: IconLock,
} satisfies Record<ExecutorState, unknown>;

export function ExecutorLine({ executor }: { executor: ExecutorView }) {
  const { t } = useTranslation();
  const Sign = signs[executor.state];
  return (
    <output className={classes.executor} data-state={executor.state}>
      <Sign size={16} aria-hidden />
      <span>
        {t(`session.executor.${executor.state}`)}{" "}
        {executor.running > 0 && t("session.executorRunning", counted(executor.running))}{" "}
        {executor.waiting > 0 && t("session.executorWaiting", counted(executor.waiting))}
      </span>
    </output>
  );
}
