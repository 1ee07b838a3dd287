// The search across all types: results while one types, opened with Enter or a click.
import { MetaiaError } from "@metaia/client";
import { searchAll, type SearchHit, type SearchResults } from "@metaia/client/search";
import { useMetaia, useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Dialog } from "../../ui/dialog.js";
import { pageOf } from "./places.js";
import { useFinderText } from "./text.js";

const SHORTEST = 2;
const PAUSE = 250; // ms after the last key

export function FinderDialog({ onClose }: { onClose: () => void }): ReactNode {
  const metaia = useMetaia();
  const { go } = useRouter();
  const { t } = useText();
  const f = useFinderText();
  const role = useUser()?.role ?? "";
  const [q, setQ] = useState("");
  const [found, setFound] = useState<SearchResults>();
  const [failed, setFailed] = useState("");
  const wanted = q.trim();
  useEffect(() => {
    setFailed("");
    if (wanted.length < SHORTEST) return setFound(undefined);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      searchAll(metaia, wanted, {}, stop.signal).then(setFound, (error: unknown) => {
        if (!stop.signal.aborted) setFailed(error instanceof MetaiaError ? error.message : String(error));
      });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [metaia, wanted]);
  const place = (type: string, hit: SearchHit) => pageOf(type, hit, role, STAFF.includes(role));
  const first = found?.results.flatMap(({ type, items }) => items.map((hit) => place(type, hit))).find(Boolean);
  const open = (path: string) => {
    go(path);
    onClose();
  };
  return (
    <Dialog title={t("search.all")} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (first) open(first); }}>
        <input type="search" className="filter" autoFocus aria-label={t("search.all")} placeholder={f("hint")} maxLength={200} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      </form>
      <div className="found" aria-live="polite">
        {failed && <p role="alert">{failed}</p>}
        {found && !found.results.length && !found.incomplete.length && <p className="muted">{f("none")}</p>}
        {found?.results.map(({ type, items, more }) => (
          <section key={type}>
            <h3>{f(type as "orders")}{more && <small className="muted"> {f("more")}</small>}</h3>
            <ul className="plain">
              {items.map((hit) => <li key={hit.id}><Hit hit={hit} to={place(type, hit)} onClose={onClose} /></li>)}
            </ul>
          </section>
        ))}
        {!!found?.incomplete.length && <p className="muted small">{f("incomplete", { types: found.incomplete.map((type) => f(type as "orders")).join(", ") })}</p>}
      </div>
    </Dialog>
  );
}

function Hit({ hit, to, onClose }: { hit: SearchHit; to: string | undefined; onClose: () => void }): ReactNode {
  const text = <><strong className="breaks">{hit.title}</strong> <small className="muted breaks">{hit.subtitle}</small></>;
  return to ? <span onClick={onClose}><Link to={to}>{text}</Link></span> : text;
}
