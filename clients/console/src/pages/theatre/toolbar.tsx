// The story's buttons and its steps with their times.
import type { ReactNode } from "react";
import { Link } from "../../app/router.js";
import { LANGUAGES, useText, type Language } from "../../app/text.js";
import { setTheme, theme, type Theme } from "../../app/theme.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { STEPS, type Story, type StoryState } from "./story.js";

export function Toolbar({ story, state, ready }: { story: Story; state: StoryState; ready: boolean }): ReactNode {
  const { t, of } = useText();
  const { mode, busy, took, error } = state;
  const running = mode === "auto";
  return (
    <header className="play">
      <Link to="/console/" className="brand"><span className="mark" aria-hidden="true">M</span> <span className="brand-name">METAIA</span></Link>
      <div className="actions">
        <Button kind="primary" disabled={!ready || running || busy} onClick={() => void story.play()}>
          <Icon name="play" /> {t(mode === "manual" ? "theatre.go_on" : "theatre.play")}
        </Button>
        <Button disabled={!ready || running || busy} onClick={() => void story.next()}>{t("theatre.next")}</Button>
        <Button kind="quiet" disabled={mode === "idle"} onClick={() => story.stop()}>{t(mode === "done" ? "theatre.clear" : "theatre.stop")}</Button>
      </div>
      <ol className="story" tabIndex={0} aria-label={t("theatre.steps")}>
        {STEPS.map((step, index) => {
          const done = state.done[index];
          const current = mode !== "idle" && index === state.at;
          return (
            <li key={step.name} className={done ? "done" : current ? "current" : undefined} aria-current={current ? "step" : undefined}>
              <span>{of("action", step.name)}</span>
              <small>{done ? `${Math.round(done.ms)} ms` : of("role", step.role)}</small>
            </li>
          );
        })}
      </ol>
      <p className="story-state" role="status">
        {error ? <span className="error">{of("error", error)}</span> : took !== null && t("theatre.took", { seconds: (took / 1000).toFixed(1) })}
      </p>
      <Choices />
    </header>
  );
}

function Choices(): ReactNode {
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
      </div>
    </details>
  );
}
