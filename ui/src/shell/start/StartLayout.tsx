// The layout of every screen outside an open vault: the logo above, version and language below.
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Preferences } from "../../data/session";
import { resolveLanguage } from "../../i18n";
import { Brand } from "../Brand";
import { useFirstPaint } from "../firstPaint";
import classes from "./StartScreen.module.css";

type Props = {
  version: string;
  preferences: Preferences;
  onPreferences: (preferences: Preferences) => void;
  wide?: boolean;
  children: ReactNode;
};

export function StartLayout({ version, preferences, onPreferences, wide, children }: Props) {
  const { t } = useTranslation();
  const language = resolveLanguage(preferences.language);
  useFirstPaint();
  return (
    <div className={classes.screen}>
      <main className={classes.column} data-wide={wide || undefined}>
        <div className={classes.brand}>
          <Brand size={32} />
          <span className={classes.name}>Chaveiro</span>
        </div>
        {children}
      </main>
      <footer className={classes.footer}>
        <span>{version}</span>
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
