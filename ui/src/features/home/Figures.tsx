// How the credentials stand at a glance: a number each, which leads to the list of those that it counts.
import {
  type Icon,
  IconAlertOctagon,
  IconCircleCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconHandClick,
  IconUnlink,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "../../i18n/format";
import type { CredentialStanding, HomeFiguresView } from "../../ipc";
import classes from "./home.module.css";

const looks = {
  withinPolicy: { icon: IconCircleCheck, tone: "green" },
  overdue: { icon: IconClockExclamation, tone: "amber" },
  inError: { icon: IconAlertOctagon, tone: "red" },
  outOfSync: { icon: IconUnlink, tone: "red" },
  neverChanged: { icon: IconHandClick, tone: "gray" },
  withoutPolicy: { icon: IconCircleDashed, tone: "gray" },
} satisfies Record<CredentialStanding, { icon: Icon; tone: string }>;

const order = Object.keys(looks) as CredentialStanding[];

type Props = { figures: HomeFiguresView; onShow: (standing: CredentialStanding) => void };

export function Figures({ figures, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={classes.figures} aria-label={t("home.figures")}>
      {order.map((standing) => {
        const { icon: Sign, tone } = looks[standing];
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
