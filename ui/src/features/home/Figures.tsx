// How the credentials stand at a glance: a number each, which leads to the list of those that it counts.
import { useTranslation } from "react-i18next";
import { policyStatusBadges } from "../../components/feedback/PolicyStatusBadge";
import { formatNumber } from "../../i18n/format";
import type { HomeFiguresView, PolicyStatus } from "../../ipc";
import classes from "./home.module.css";

const order = Object.keys(policyStatusBadges) as PolicyStatus[];

type Props = { figures: HomeFiguresView; onShow: (standing: PolicyStatus) => void };

export function Figures({ figures, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={classes.figures} aria-label={t("home.figures")}>
      {order.map((standing) => {
        const { icon: Sign, tone } = policyStatusBadges[standing];
        const count = figures[standing];
        return (
          <li key={standing}>
            <button type="button" className={classes.figure} onClick={() => onShow(standing)}>
              <span className={classes.figureName}>
                <Sign size={15} aria-hidden style={{ color: `var(--state-${tone})` }} />
                {t(`credentials.standings.${standing}`)}
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
