// Theme and language, at the foot of the sidebar.
import { ActionIcon, Menu } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../data/session";
import { DiagnosticsItems } from "../features/diagnostics/DiagnosticsItems";
import { type Language, type Theme, themes } from "../ipc";

const languages: (Language | "system")[] = ["system", "en", "pt-BR"];

export function PreferencesMenu() {
  const { t } = useTranslation();
  const { preferences, savePreferences } = useSession();
  const label = t("frame.preferences");
  const chooseLanguage = (value: string) =>
    savePreferences({ ...preferences, language: value === "system" ? null : (value as Language) });
  return (
    <Menu position="top-start">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} title={label}>
          <IconSettings size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("frame.theme")}</Menu.Label>
        <Menu.RadioGroup
          value={preferences.theme}
          onChange={(value) => savePreferences({ ...preferences, theme: value as Theme })}
        >
          {themes.map((theme, index) => (
            <Menu.RadioItem key={theme} value={theme} data-autofocus={index === 0 || undefined}>
              {t(`frame.themes.${theme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t("frame.language")}</Menu.Label>
        <Menu.RadioGroup value={preferences.language ?? "system"} onChange={chooseLanguage}>
          {languages.map((language) => (
            <Menu.RadioItem key={language} value={language}>
              {t(`frame.languages.${language}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <DiagnosticsItems />
      </Menu.Dropdown>
    </Menu>
  );
}
