// Languages. Texts are in src/text/*.json: plain text, never HTML.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type staff from "../text/en-staff.json";
import en from "../text/en.json";

export type Key = keyof typeof en | keyof typeof staff;
export type Language = "en" | "hi";
export const LANGUAGES: Record<Language, string> = { en: "English", hi: "हिन्दी" };
const TEXTS: Partial<Record<Language, Record<string, string>>> = { en };

/** Add the English texts of a part that loads on demand. */
export const addTexts = (texts: Record<string, string>): unknown => Object.assign(en, texts);

/** Fetch the texts of a language: a file beside this script. English is in the script, so it is there in any case. */
async function load(language: Language): Promise<void> {
  if (TEXTS[language]) return;
  try {
    const address = new URL(`./${language}.js`, import.meta.url).href;
    TEXTS[language] = ((await import(address)) as { default: Record<string, string> }).default;
  } catch {
    // the network is cut: English until the next try
  }
}

type Values = Record<string, string | number>;
const filled = (text: string, values: Values) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

export interface Texts {
  language: Language;
  setLanguage(language: Language): void;
  /** Return the text of `key` with `{name}` filled in. */
  t(key: Key, values?: Values): string;
  /** The text of a key that is made of a value, such as `status.ready`; the value itself if there is none. */
  of(prefix: string, value: string): string;
}

const Context = createContext<Texts | null>(null);

function stored(): Language {
  try {
    const found = localStorage.getItem("metaia:language") ?? navigator.language.slice(0, 2);
    return found === "hi" ? "hi" : "en";
  } catch {
    return "en";
  }
}

export function TextProvider({ children }: { children: ReactNode }): ReactNode {
  const [language, choose] = useState<Language>(stored);
  const [ready, setReady] = useState(!!TEXTS[language]);
  useEffect(() => void (document.documentElement.lang = language), [language]);
  useEffect(() => void load(language).then(() => setReady(true)), []);
  const texts = useMemo<Texts>(() => {
    const own = TEXTS[language] ?? (en as Record<string, string>);
    const t = (key: string, values: Values = {}) =>
      filled(own[key] ?? (en as Record<string, string>)[key] ?? key, values);
    return {
      language,
      setLanguage(next) {
        try {
          localStorage.setItem("metaia:language", next);
        } catch {
          // private mode: the choice ends with the page
        }
        void load(next).then(() => choose(next));
      },
      t,
      of: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
    };
  }, [language, ready]);
  return ready && <Context.Provider value={texts}>{children}</Context.Provider>;
}

export function useText(): Texts {
  return useContext(Context)!;
}

/** The texts of a part, which load with it: a function as `t`. */
export function usePartText<K extends string>(texts: Record<Language, Record<K, string>>): (key: K, values?: Values) => string {
  const { language } = useText();
  return useCallback((key, values = {}) => filled(texts[language][key] ?? key, values), [texts, language]);
}
