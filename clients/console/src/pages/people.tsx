// "Who are you?": the demo people as cards in development, the login elsewhere.
import { MetaiaError } from "@metaia/client";
import { useEffect, useState, type ReactNode } from "react";
import type { Config } from "../app/config.js";
import { staff } from "../app/parts.js";
import { useRouter } from "../app/router.js";
import { ensure, logIn, type Person } from "../app/slots.js";
import { useText } from "../app/text.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { Icon } from "../ui/icon.js";

/** The page of staff that an address such as `/console/?to=/queues` asks for. */
const wanted = (): string => new URLSearchParams(location.search).get("to") ?? "/";

export function People({ config }: { config: Config }): ReactNode {
  const { t } = useText();
  const { go } = useRouter();
  useEffect(() => {
    if (location.search) void staff.load().then(({ openWanted }) => openWanted(config, go), () => undefined);
  }, []);
  return (
    <main className="alone">
      <div className="brand"><span className="mark" aria-hidden="true">M</span> METAIA</div>
      {config.demo ? <Demo demo={config.demo} messages={config.messages} /> : <Login title={t("login")} />}
      <p className="muted small">METAIA {config.version} · <a href="/api-docs/">{t("api_documents")}</a></p>
    </main>
  );
}

function Demo({ demo, messages }: { demo: NonNullable<Config["demo"]>; messages: string | null }): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const [busy, setBusy] = useState<number | null>(null);
  const [failed, setFailed] = useState("");
  const enter = async (person: Person, slot: number) => {
    setBusy(slot);
    try {
      await ensure(slot, person, demo.password);
      go(`/console/${slot}${wanted()}`);
    } catch (error) {
      setFailed(of("error", error instanceof MetaiaError ? error.code : "network"));
      setBusy(null);
    }
  };
  return (
    <>
      <h1>{t("people.title")}</h1>
      <p className="lead">{t("people.text")}</p>
      <Button kind="primary" className="wide" onClick={() => go("/console/theatre")}>
        <Icon name="play" /> {t("people.theatre")}
      </Button>
      {failed && <p role="alert" className="error">{failed}</p>}
      <ul className="people">
        {demo.people.slice(0, 9).map((person, index) => (
          <li key={person.email}>
            <button type="button" className="person" disabled={busy !== null} onClick={() => void enter(person, index + 1)}>
              <Avatar name={person.name} src={person.avatar} size="large" />
              <span><strong>{person.name}</strong><small>{of("role", person.role)}</small></span>
            </button>
          </li>
        ))}
      </ul>
      {messages && <p className="small"><a href={messages}>{t("people.messages")}</a></p>}
    </>
  );
}

function Login({ title }: { title: string }): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const [error, setError] = useState<MetaiaError | null>(null);
  const [busy, setBusy] = useState(false);
  const needsCode = error?.code === "second_factor_required" || error?.code === "wrong_code";
  const submit = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    setBusy(true);
    try {
      await logIn(1, String(given.get("email")), String(given.get("password")), String(given.get("code") ?? ""));
      go(`/console/1${wanted()}`);
    } catch (failure) {
      setError(failure instanceof MetaiaError ? failure : new MetaiaError(0, "network", String(failure)));
      setBusy(false);
    }
  };
  return (
    <form
      className="login"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <h1>{title}</h1>
      <Field label={t("email")} name="email" type="email" autoComplete="username" required />
      <Field label={t("password")} name="password" type="password" autoComplete="current-password" required />
      {needsCode && <Field label={t("code")} name="code" inputMode="numeric" autoComplete="one-time-code" required />}
      {error && <p role="alert" className="error">{of("error", error.code)}</p>}
      <Button kind="primary" type="submit" busy={busy} className="wide">{t("login")}</Button>
    </form>
  );
}
