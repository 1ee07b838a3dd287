// The requests that were made, as curl, JavaScript and Python to copy.
import { useStore } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { requests, type Recorded } from "../../app/requests.js";
import type { Person } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { LANGUAGES, snippet, type Language } from "./snippets.js";

export function Drawer({ names, password }: { names: Record<number, Person>; password: string }): ReactNode {
  const { t } = useText();
  const { list } = useStore(requests);
  const [language, setLanguage] = useState<Language>("curl");
  const [reads, setReads] = useState(false);
  const shown = list.filter((one) => reads || one.method !== "GET").reverse();
  const base = location.origin;
  const login = (person: Person) => ({
    method: "POST", path: "/api/auth/login", key: null, open: true,
    body: JSON.stringify({ email: person.email, password }),
  });
  return (
    <details className="card drawer">
      <summary>{t("theatre.requests", { count: shown.length })}</summary>
      <div className="drawer-tools">
        <div className="choices" role="group" aria-label={t("theatre.languages")}>
          {LANGUAGES.map((one) => (
            <button key={one} type="button" aria-pressed={one === language} onClick={() => setLanguage(one)}>{one}</button>
          ))}
        </div>
        <label><input type="checkbox" checked={reads} onChange={(event) => setReads(event.currentTarget.checked)} /> {t("theatre.reads")}</label>
      </div>
      {shown.length === 0 && <p className="muted">{t("theatre.no_requests")}</p>}
      <ol className="requests">
        {shown.map((one) => (
          <li key={one.id}>
            <details>
              <summary>
                <Badge tone={one.status < 400 ? "green" : "red"}>{one.status}</Badge> <b className="mono">{one.method}</b>{" "}
                <span className="mono path" title={one.path}>{short(one.path)}</span>
                <small className="muted">{names[one.slot]?.name} · {Math.round(one.ms)} ms</small>
              </summary>
              {names[one.slot] && <Code title={t("theatre.token")} text={snippet(language, base, login(names[one.slot]!))} />}
              <Code title={t("theatre.request")} text={snippet(language, base, one as Recorded)} />
            </details>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** A path with the beginnings of its ids. */
const short = (path: string) => path.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/g, "$1…");

function Code({ title, text }: { title: string; text: string }): ReactNode {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div className="snippet">
      <div className="snippet-head">
        <small>{title}</small>
        {navigator.clipboard && <Button kind="quiet" onClick={() => void copy()}>{t(copied ? "theatre.copied" : "theatre.copy")}</Button>}
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
