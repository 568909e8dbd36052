// The layout of every screen outside an open vault: the logo above, version and language below.
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/feedback/Note";
import type { Preferences } from "../../data/session";
import { useDiagnostics } from "../../features/diagnostics/useDiagnostics";
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
  // Menus and toasts are loaded with the open vault, so neither can be used here.
  const [message, setMessage] = useState<ReactNode>(null);
  const { openFolder, save } = useDiagnostics({
    saved: (text) => setMessage(<Note kind="good">{text}</Note>),
    failed: (failure) => setMessage(<FailureNote failure={failure} />),
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
        {message && <div className={classes.message}>{message}</div>}
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
