// The number of changes in each of the next twenty-four hours, as bars, with a text for screen readers.
import { useTranslation } from "react-i18next";
import { counted, formatHour } from "../../i18n/format";
import type { TimelineHourView } from "../../ipc";
import classes from "./home.module.css";

export function Timeline({ hours }: { hours: TimelineHourView[] }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...hours.map(({ count }) => count));
  return (
    <ol className={classes.timeline} aria-label={t("home.timeline")}>
      {hours.map(({ from, count }, index) => {
        const text = t("home.inHour", { ...counted(count), hour: formatHour(from) });
        return (
          <li key={from} className={classes.hour} title={text}>
            <span
              className={classes.bar}
              data-none={count === 0 || undefined}
              style={{ height: `${count === 0 ? 2 : Math.max(8, (count / most) * 100)}%` }}
            />
            <span className={classes.hourName} aria-hidden>
              {index % 6 === 0 ? formatHour(from) : ""}
            </span>
            <span className={classes.spoken}>{text}</span>
          </li>
        );
      })}
    </ol>
  );
}
