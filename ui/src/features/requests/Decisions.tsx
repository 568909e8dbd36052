// The decisions on a request with their reasons. The host verified every signature when it read them.
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/display/Time";
import type { DecisionView } from "../../ipc";
import { SignatureBadge, VerdictBadge } from "./badges";
import classes from "./requests.module.css";

export function Decisions({ decisions }: { decisions: DecisionView[] }) {
  const { t } = useTranslation();
  if (decisions.length === 0) return <p className={classes.plain}>{t("requests.noDecisions")}</p>;
  return (
    <ul className={classes.decisions}>
      {decisions.map((decision) => (
        <li key={`${decision.approverId} ${decision.at}`} className={classes.decision}>
          <div className={classes.decisionHead}>
            <b>
              {decision.level === null
                ? decision.approver
                : t("requests.approverAt", { name: decision.approver, level: decision.level })}
            </b>
            <span className={classes.muted}>
              <RelativeTime at={decision.at} />
            </span>
          </div>
          <VerdictBadge verdict={decision.verdict} />
          {decision.reason && <span>{decision.reason}</span>}
          <SignatureBadge signature={decision.signature} />
          {decision.appointedByRequester && <span className={classes.muted}>{t("requests.appointed")}</span>}
        </li>
      ))}
    </ul>
  );
}
