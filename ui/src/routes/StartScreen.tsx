// Before a vault is open: unlock one, open another, or create one. Kept small: it is what a start waits for.
import { Anchor, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Preferences } from "../data/session";
import { CreateVault } from "../features/session/CreateVault";
import { UnlockVault } from "../features/session/UnlockVault";
import { languageOrSystems } from "../i18n";
import type { SessionView, StartView } from "../ipc";
import { Brand } from "./Brand";
import { useFirstPaint } from "./firstPaint";
import classes from "./StartScreen.module.css";

type Props = {
  start: StartView;
  preferences: Preferences;
  onPreferences: (preferences: Preferences) => void;
  onOpened: (session: SessionView) => void;
  onForgotten: (path: string) => void;
};

type Way = "recent" | "elsewhere" | "create";

export function StartScreen({ start, preferences, onPreferences, onOpened, onForgotten }: Props) {
  const { t } = useTranslation();
  const known = start.recentVaults.length > 0;
  const [way, setWay] = useState<Way | null>(null);
  const shown = way === null || (way === "recent" && !known) ? (known ? "recent" : "create") : way;
  const language = languageOrSystems(preferences.language);
  useFirstPaint();

  const ways: { way: Way; label: string }[] = [
    ...(known ? [{ way: "recent" as const, label: t("start.recent") }] : []),
    { way: "elsewhere", label: t("start.openExisting") },
    { way: "create", label: t("start.createNew") },
  ];

  return (
    <div className={classes.screen}>
      <main className={classes.column}>
        <div className={classes.brand}>
          <Brand size={32} />
          <span className={classes.name}>Chaveiro</span>
        </div>
        {shown === "create" ? (
          <CreateVault suggestedFolder={start.suggestedFolder} onOpened={onOpened} />
        ) : (
          <UnlockVault
            key={shown}
            recent={start.recentVaults}
            elsewhere={shown === "elsewhere"}
            onOpened={onOpened}
            onForgotten={onForgotten}
          />
        )}
        <div className={classes.ways}>
          {ways
            .filter((other) => other.way !== shown)
            .map((other) => (
              <Anchor key={other.way} component="button" type="button" size="sm" onClick={() => setWay(other.way)}>
                {other.label}
              </Anchor>
            ))}
        </div>
      </main>
      <footer className={classes.footer}>
        <span>{start.version}</span>
        {(["en", "pt-BR"] as const).map((code) => (
          <UnstyledButton
            key={code}
            className={classes.language}
            aria-pressed={language === code}
            lang={code}
            onClick={() => onPreferences({ ...preferences, language: code })}
          >
            {t(`frame.languages.${code}`)}
          </UnstyledButton>
        ))}
      </footer>
    </div>
  );
}
