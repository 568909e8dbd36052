// What every screen outside an open vault shares: our sign above, version and language below.
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../components/Note";
import type { Preferences } from "../data/session";
import { useDiagnostics } from "../features/diagnostics/useDiagnostics";
import { languageOrSystems } from "../i18n";
import { Brand } from "./Brand";
import { useFirstPaint } from "./firstPaint";
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
  const language = languageOrSystems(preferences.language);
  // What is fetched with the open vault, menus and messages that go away, is not there yet.
  const [told, setTold] = useState<ReactNode>(null);
  const { openFolder, save } = useDiagnostics({
    saved: (message) => setTold(<Note kind="good">{message}</Note>),
    failed: (failure) => setTold(<FailureNote told={failure} />),
  });
  useFirstPaint();
  return (
    <div className={classes.screen}>
      <main className={classes.column} data-wide={wide || undefined}>
        <div className={classes.brand}>
          <Brand size={32} />
          <span className={classes.name}>Chaveiro</span>
        </div>
        {children}
        {told}
      </main>
      <footer className={classes.footer}>
        <span>{version}</span>
        <UnstyledButton className={classes.language} onClick={openFolder}>
          {t("diagnostics.openFolder")}
        </UnstyledButton>
        <UnstyledButton className={classes.language} onClick={save}>
          {t("diagnostics.save")}
        </UnstyledButton>
        <span aria-hidden>·</span>
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
