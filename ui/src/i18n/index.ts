// The words of the window in both languages, and how one of them is chosen.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../ipc";
import en from "./en.json";
import portuguese from "./pt-BR.json";
import "./coverage";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

/** What the user chose, or else what the system speaks. */
export function languageOrSystems(chosen: Language | null): Language {
  return chosen ?? (navigator.language.toLowerCase().startsWith("pt") ? "pt-BR" : "en");
}

export function startWords(language: Language) {
  document.documentElement.lang = language;
  if (i18next.isInitialized) return i18next.changeLanguage(language);
  return i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, "pt-BR": { translation: portuguese } },
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  });
}

export { i18next };
