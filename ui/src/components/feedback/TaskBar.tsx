// A running long task: its phase, its progress, and the button to cancel it.
import { Button, Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatNumber } from "../../i18n/format";
import classes from "./TaskBar.module.css";

type Props = {
  /** The name of the present phase. */
  label: string;
  done: number;
  /** Null if the total is not known. */
  total: number | null;
  onCancel?: () => void;
};

export function TaskBar({ label, done, total, onCancel }: Props) {
  const { t } = useTranslation();
  const known = total !== null && total > 0;
  const percent = known ? Math.min(100, Math.round((done / total) * 100)) : 100;
  return (
    <div className={classes.task} data-testid="task">
      <div className={classes.line}>
        <span>{label}</span>
        <span className={classes.count}>
          {known ? t("task.count", { done: formatNumber(done), total: formatNumber(total) }) : ""}
        </span>
      </div>
      <Progress.Root size={6} transitionDuration={120}>
        <Progress.Section value={percent} animated={!known} aria-label={label} aria-valuetext={`${percent} %`} />
      </Progress.Root>
      {onCancel && (
        <div className={classes.stop}>
          <Button variant="subtle" color="gray" size="compact-sm" onClick={onCancel}>
            {t("task.stop")}
          </Button>
        </div>
      )}
    </div>
  );
}
