// The strength of the password that is being typed, measured a moment after the last key.
import { Progress, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatRough } from "../../i18n/format";
import classes from "./StrengthMeter.module.css";

const tones = ["red", "red", "amber", "green", "green"] as const;
type Score = 0 | 1 | 2 | 3 | 4;
type Hint = "tooShort" | "common" | "names" | "dates" | "keyboard" | "repeats" | "words";
type Strength = { score: number; crackSeconds: number; hint: Hint | null };
export type Measure = (password: string, userInputs: string[]) => Promise<Strength>;

type Props = {
  password: string;
  /** Words that an attacker would try first, such as names. */
  userInputs: string[];
  measure: Measure;
};

export function StrengthMeter({ password, userInputs, measure }: Props) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(password, 250);
  const [strength, setStrength] = useState<Strength | null>(null);
  const names = userInputs.join("\n");
  const ask = useRef(measure);

  useEffect(() => {
    let stale = false;
    if (asked === "") setStrength(null);
    else
      ask
        .current(asked, names.split("\n").filter(Boolean))
        .then((answer) => !stale && setStrength(answer))
        // If the measurement fails, the meter shows nothing.
        .catch(() => {});
    return () => {
      stale = true;
    };
  }, [asked, names]);

  if (password === "" || !strength) return <div className={classes.meter} />;
  const score = Math.min(4, Math.max(0, Math.round(strength.score))) as Score;
  const word = t(`start.strengthScore.${score}`);
  return (
    <div className={classes.meter}>
      <Progress.Root size={4}>
        <Progress.Section
          value={20 + score * 20}
          color={`var(--state-${tones[score]})`}
          aria-label={t("start.strength")}
          aria-valuetext={word}
        />
      </Progress.Root>
      <div className={classes.text} aria-live="polite">
        <VisuallyHidden>{t("start.strength")}: </VisuallyHidden>
        <b>{word}.</b>{" "}
        {strength.hint
          ? t(`start.strengthHints.${strength.hint}`)
          : t("start.crackTime", { time: formatRough(strength.crackSeconds) })}
      </div>
    </div>
  );
}
