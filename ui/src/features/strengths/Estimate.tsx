// The estimate of a strength during editing: the number of possible passwords, samples, and the limits of plugins.
import { ActionIcon, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCircleCheck, IconCircleX, IconRefresh } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { PasswordRuns } from "../../components/display/PasswordDisplay";
import { formatRule } from "../../i18n/errors";
import { counted, formatHuge } from "../../i18n/format";
import { call, type PluginLimitView, type StrengthEstimateView, type StrengthRulesView } from "../../ipc";
import classes from "./strengths.module.css";

export function useEstimate(rules: StrengthRulesView) {
  const [asked] = useDebouncedValue(rules, 200);
  return useQuery({
    queryKey: ["estimate", asked],
    queryFn: () => call("strengthEstimate", { rules: asked }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

function Limit({ limit }: { limit: PluginLimitView }) {
  const { t } = useTranslation();
  const Sign = limit.problem ? IconCircleX : IconCircleCheck;
  return (
    <li className={classes.limit} data-fits={limit.problem === null}>
      <Sign size={15} aria-hidden />
      <span>
        <b>{limit.pluginName}</b>{" "}
        {limit.problem
          ? formatRule(limit.problem)
          : limit.maximumLength === null
            ? t("strengths.limitNone")
            : t("strengths.limitFits", { maximum: limit.maximumLength })}
      </span>
    </li>
  );
}

export function Estimate({ estimate, onAgain }: { estimate: StrengthEstimateView | undefined; onAgain: () => void }) {
  const { t } = useTranslation();
  if (!estimate) return <Skeleton height="8rem" />;
  const none = estimate.possible === "0";
  const number = formatHuge(estimate.possible);
  return (
    <section className={classes.estimate} aria-label={t("strengths.estimate")}>
      <div>
        <div className={classes.label}>{t("strengths.possible")}</div>
        <output className={classes.number} title={estimate.possible}>
          {none ? t("strengths.possibleNone") : number.text}
          {!none && number.power !== null && <sup>{number.power}</sup>}
        </output>
        {!none && <span className={classes.bits}>{t("strengths.bitsOf", counted(Math.floor(estimate.bits)))}</span>}
      </div>
      {none && <p className={classes.hint}>{t("strengths.possibleNoneHint")}</p>}
      {estimate.samples.length > 0 && (
        <div>
          <div className={classes.label}>
            {t("strengths.samples")}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("strengths.again")}
              title={t("strengths.again")}
              onClick={onAgain}
            >
              <IconRefresh size={14} aria-hidden />
            </ActionIcon>
          </div>
          <ul className={classes.samples}>
            {estimate.samples.map((sample) => (
              <li key={sample}>
                <PasswordRuns password={sample} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {estimate.limits.length > 0 && (
        <div>
          <div className={classes.label}>{t("strengths.limits")}</div>
          <ul className={classes.limits}>
            {estimate.limits.map((limit) => (
              <Limit key={limit.pluginId} limit={limit} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
