// A password for a person to read: large, with letters, digits and symbols in different colours and weights; spelled on
// demand.
import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PasswordDisplay.module.css";

type Kind = "letter" | "digit" | "symbol";

export function kindOf(glyph: string): Kind {
  if (/\p{L}/u.test(glyph)) return "letter";
  return /\p{N}/u.test(glyph) ? "digit" : "symbol";
}

/** Splits a password into runs of one kind, so that a screen reader and the clipboard get whole runs. */
export function runsOf(password: string): { kind: Kind; text: string; at: number }[] {
  const runs: { kind: Kind; text: string; at: number }[] = [];
  let at = 0;
  for (const glyph of password) {
    const kind = kindOf(glyph);
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += glyph;
    else runs.push({ kind, text: glyph, at });
    at += glyph.length;
  }
  return runs;
}

/** Shows letters, digits and symbols of a password in different colours, within a line. */
export function PasswordRuns({ password }: { password: string }) {
  return runsOf(password).map((run) => (
    <span key={run.at} className={classes[run.kind]}>
      {run.text}
    </span>
  ));
}

export function PasswordDisplay({ password }: { password: string }) {
  const { t } = useTranslation();
  const [spelled, setSpelled] = useState(false);
  const legend = useId();
  const spell = (glyph: string) => {
    if (glyph === " ") return t("passwordDisplay.space");
    const kind = kindOf(glyph);
    const name = kind === "letter" ? (glyph === glyph.toLowerCase() ? "lower" : "upper") : kind;
    return t(`passwordDisplay.${name}`, { letter: glyph });
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: no element says "this group of runs is one password" */}
      <div
        role="group"
        className={classes.password}
        aria-label={t("passwordDisplay.label")}
        aria-describedby={legend}
        data-testid="password"
      >
        <PasswordRuns password={password} />
      </div>
      <div className={classes.foot}>
        <span id={legend} className={classes.legend}>
          {t("passwordDisplay.legend")}
        </span>
        <Button variant="subtle" size="compact-xs" aria-expanded={spelled} onClick={() => setSpelled(!spelled)}>
          {t(spelled ? "passwordDisplay.spellHide" : "passwordDisplay.spell")}
        </Button>
      </div>
      {spelled && (
        <ol className={classes.spelled}>
          {[...password].map((glyph, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
            <li key={index}>
              <b className={classes[kindOf(glyph)]}>{glyph === " " ? "␣" : glyph}</b> {spell(glyph)}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
