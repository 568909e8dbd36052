// The transcript of an attempt: lines sent and received with their times, secrets masked.
import { useTranslation } from "react-i18next";
import type { TranscriptLineView } from "../../ipc";
import classes from "./operations.module.css";

const signs = { sent: "→", received: "←", note: "·" } as const;

export function Transcript({ lines, number }: { lines: TranscriptLineView[]; number: number }) {
  const { t } = useTranslation();
  const label = `${t("operations.transcript")}: ${t("operations.attempt", { number })}`;
  return (
    <details className={classes.transcript}>
      <summary>
        {t("operations.transcript")} <span className={classes.muted}>· {t("operations.transcriptMasked")}</span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.lines} tabIndex={0} aria-label={label}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever appended
          <div key={index} className={classes.line} data-direction={line.direction}>
            <span className={classes.at}>{(line.atMilliseconds / 1000).toFixed(2)}</span>
            <span className={classes.sign} title={t(`operations.directions.${line.direction}`)}>
              {signs[line.direction]}
            </span>
            <span className={classes.spoken}>{t(`operations.directions.${line.direction}`)}</span>
            <span className={classes.lineText}>{line.text}</span>
          </div>
        ))}
      </section>
    </details>
  );
}
