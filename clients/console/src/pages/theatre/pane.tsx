// One person of the theatre: logs in, shows that person's pages, and can be cut from the network.
import { MetaiaError } from "@metaia/client";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Workspace } from "../../app/layout.js";
import { PaneRouter, useRouter } from "../../app/router.js";
import { ensure, slotOf, type Person } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Skeleton } from "../../ui/skeleton.js";

interface Props {
  slot: number;
  person: Person;
  password: string;
  acting: boolean;
  /** Where the pane goes when the story begins. */
  path: string | null;
  screen: number | null;
  onReady: () => void;
}

export function Pane({ slot, person, password, acting, path, screen, onReady }: Props): ReactNode {
  const { t, of } = useText();
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState("");
  const enter = () => {
    setFailed("");
    ensure(slot, person, password).then(
      () => {
        setReady(true);
        onReady();
      },
      (error) => setFailed(error instanceof MetaiaError ? of("error", error.code) : t("server_away")),
    );
  };
  useEffect(enter, []);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!acting || !matchMedia("(max-width: 800px)").matches) return; // wider, all panes are in sight
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    section.current?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }, [acting]);
  return (
    <section ref={section} className={acting ? "pane acting" : "pane"} aria-label={`${person.name}, ${of("role", person.role)}`}>
      <div className="pane-bar">
        <strong>{of("role", person.role)}</strong>
        {screen !== null && <span className="badge green" title={t("theatre.screen_title")}>{t("theatre.screen", { ms: Math.round(screen) })}</span>}
        {ready && <NetworkSwitch slot={slot} />}
      </div>
      <div className="pane-body">
        {ready ? (
          <PaneRouter>
            <Follow path={path} />
            <Workspace
              slot={slot}
              compact
              onLoggedOut={() => {
                setReady(false);
                setFailed(t("dot.signed_out"));
              }}
            />
          </PaneRouter>
        ) : failed ? (
          <p role="alert" className="pane-failed">{failed} <Button onClick={enter}>{t("login")}</Button></p>
        ) : (
          <Skeleton lines={5} />
        )}
      </div>
    </section>
  );
}

function Follow({ path }: { path: string | null }): ReactNode {
  const { go } = useRouter();
  useEffect(() => {
    if (path) go(path);
  }, [path]);
  return null;
}

function NetworkSwitch({ slot }: { slot: number }): ReactNode {
  const { t } = useText();
  const { wire, client } = slotOf(slot);
  const [online, setOnline] = useState(wire.online);
  const [caught, setCaught] = useState<{ count: number; ms: number } | null>(null);
  const toggle = () => {
    setCaught(null);
    setOnline(!online);
    if (online) return wire.set(false);
    const began = performance.now();
    let count = 0;
    const stopCounting = client.onAny((data) => void (data?.eventId && count++));
    const stopWaiting = client.connection.subscribe(({ isConnected }) => {
      if (!isConnected) return;
      stopCounting();
      stopWaiting();
      setCaught({ count, ms: Math.round(performance.now() - began) });
    });
    wire.set(true);
  };
  useEffect(() => () => wire.set(true), [wire]);
  return (
    <>
      <span className="caught" role="status">{caught && t("theatre.caught_up", caught)}</span>
      <button type="button" role="switch" aria-checked={online} className="switch" onClick={toggle}>
        <i aria-hidden="true" /> {t(online ? "theatre.network" : "theatre.cut")}
      </button>
    </>
  );
}
