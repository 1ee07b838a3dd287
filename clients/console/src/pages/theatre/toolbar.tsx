// The story's buttons and its steps with their times.
import type { ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { SettingsMenu } from "../../ui/menu.js";
import type { Story, StoryState } from "./story.js";

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
        {story.steps.map((step, index) => {
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
      <SettingsMenu />
    </header>
  );
}
