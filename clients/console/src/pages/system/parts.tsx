// What the pages of the system share: links between them, tiles, bars, and reading again and again.
import { systemOf, type System } from "@metaia/client/system";
import { useMetaia, useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useSystemText, type SystemKey } from "./text.js";

const PAGES: [path: string, title: SystemKey, admins: boolean][] = [
  ["/system", "stats", false],
  ["/system/performance", "performance", false],
  ["/system/errors", "errors", false],
  ["/system/log", "log", true],
];
const WIDTH = 100;

export const useSystem = (): System => systemOf(useMetaia());

export function useIsAdmin(): boolean {
  return (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
}

/** Links to the other pages of the system. */
export function Pages({ here }: { here: string }): ReactNode {
  const { s } = useSystemText();
  const admin = useIsAdmin();
  return <>{PAGES.filter(([path, , admins]) => path !== here && (admin || !admins)).map(([path, title]) => <Link key={path} className="button quiet" to={path}>{s(title)}</Link>)}</>;
}

export function Tile({ label, value, note, children }: { label: string; value: string; note?: string; children?: ReactNode }): ReactNode {
  return (
    <section className="card tile">
      <h2>{label}</h2>
      <p className="tile-value">{value}</p>
      {children}
      <small className="muted">{note}</small>
    </section>
  );
}

/** `share` of a bar, from 0 to 1. The number stands beside it, so it is hidden from screen readers. */
export function Bar({ share }: { share: number }): ReactNode {
  const width = Math.max(0, Math.min(1, share)) * WIDTH;
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} 6`} preserveAspectRatio="none" aria-hidden="true" height="6">
      <path className="base" d={`M0 5H${WIDTH}`} />
      <path className="area" d={`M0 0H${width.toFixed(1)}V6H0Z`} />
    </svg>
  );
}

/** What `read` returns, read again every `ms` while the page is visible; undefined at first, null if the first read failed. */
export function usePolled<T>(read: (signal: AbortSignal) => Promise<T>, key: string, ms: number): { value: T | null | undefined; failed: boolean } {
  const [value, setValue] = useState<T | null>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const take = async () => {
      if (!document.hidden) {
        try {
          const found = await read(stop.signal);
          if (!stop.signal.aborted) setValue(found), setFailed(false);
        } catch {
          if (!stop.signal.aborted) setFailed(true), setValue((before) => before ?? null);
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void take(), ms);
    };
    void take();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, ms]);
  return { value, failed };
}
