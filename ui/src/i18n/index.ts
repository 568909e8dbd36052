// The words of the window in both languages, and how one of them is chosen. Only the language that is spoken is read.
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

/** What the user chose, or else what the system speaks. */
export function resolveLanguage(chosen: Language | null): Language {
  return chosen ?? (navigator.language.toLowerCase().startsWith("pt") ? "pt-BR" : "en");
}

/** Begins to read the words that will probably be spoken, while it is still being asked which. */
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
    // Both languages are checked to say everything: there is nothing to fall back to.
    fallbackLng: false,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  });
}

export { i18next };
