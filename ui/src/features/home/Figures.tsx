// The state of the credentials in numbers; each leads to the list of the credentials that it counts.
import { useTranslation } from "react-i18next";
import { policyStatusBadges } from "../../components/feedback/PolicyStatusBadge";
import { formatNumber } from "../../i18n/format";
import type { HomeFiguresView, PolicyStatus } from "../../ipc";
import classes from "./home.module.css";

const order = Object.keys(policyStatusBadges) as PolicyStatus[];

type Props = { figures: HomeFiguresView; onShow: (status: PolicyStatus) => void };

export function Figures({ figures, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={classes.figures} aria-label={t("home.figures")}>
      {order.map((status) => {
        const { icon: Sign, tone } = policyStatusBadges[status];
        const count = figures[status];
        return (
          <li key={status}>
            <button type="button" className={classes.figure} onClick={() => onShow(status)}>
              <span className={classes.figureName}>
                <Sign size={15} aria-hidden style={{ color: `var(--state-${tone})` }} />
                {t(`credentials.standings.${status}`)}
              </span>
              <span className={classes.number} data-none={count === 0 || undefined}>
                {formatNumber(count)}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
