// The texts of the window in both languages, and the choice between them. Only the chosen language is loaded.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../ipc";
import type en from "./en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

const readings = {
  en: () => import("./en.json"),
  "pt-BR": () => import("./pt-BR.json"),
} satisfies Record<Language, () => Promise<{ default: object }>>;

/** Returns the language that the user chose, or else that of the system. */
export function resolveLanguage(chosen: Language | null): Language {
  return chosen ?? (navigator.language.toLowerCase().startsWith("pt") ? "pt-BR" : "en");
}

/** Starts to load the language that is likely to be used, before the choice is known. */
export function preloadLanguage(language: Language) {
  readings[language]().catch(() => {});
}

export async function loadLanguage(language: Language): Promise<void> {
  const { default: words } = await readings[language]();
  document.documentElement.lang = language;
  if (i18next.isInitialized) {
    i18next.addResourceBundle(language, "translation", words);
    await i18next.changeLanguage(language);
    return;
  }
  await i18next.use(initReactI18next).init({
    lng: language,
    // A check makes sure that both languages are complete, so there is no fallback.
    fallbackLng: false,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  });
}

export { i18next };
