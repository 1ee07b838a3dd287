// The menu behind the three dots: language, appearance, and what a page adds.
import type { ReactNode } from "react";
import { LANGUAGES, useText, type Language } from "../app/text.js";
import { setTheme, theme, type Theme } from "../app/theme.js";
import { Icon } from "./icon.js";

/** Close the menu of a pressed button. The focus goes to what opens it: a dialog gives it back to there. */
export function closeMenu({ currentTarget }: { currentTarget: HTMLElement }): void {
  const menu = currentTarget.closest("details");
  menu?.removeAttribute("open");
  menu?.querySelector("summary")?.focus();
}

export function SettingsMenu({ children }: { children?: ReactNode }): ReactNode {
  const { t, language, setLanguage } = useText();
  return (
    <details className="menu">
      <summary aria-label={t("settings")}><Icon name="more" /></summary>
      <div className="menu-body">
        <label>
          {t("language")}
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
            {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
          </select>
        </label>
        <label>
          {t("theme")}
          <select defaultValue={theme()} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
            {(["system", "light", "dark"] as const).map((one) => <option key={one} value={one}>{t(`theme.${one}`)}</option>)}
          </select>
        </label>
        {children}
      </div>
    </details>
  );
}
