// A part of the console that loads when one of its pages is opened first: src/parts/<name>.ts, a script of its own.
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "../ui/button.js";
import { Skeleton } from "../ui/skeleton.js";
import { imported } from "./reload.js";
import { useText } from "./text.js";

export interface Part<T> {
  name: string;
  /** Whether it has a style sheet of its own: `<name>.css`. */
  styled?: boolean;
  load: () => Promise<T>;
  /** What has been loaded. */
  views?: T;
  loading?: Promise<T>;
}

/** Return a function that makes the view of a page from the views of a part. */
export function pageOf<T>(part: Part<T>) {
  return (show: (views: T, values: Record<string, string>) => ReactNode) => (values: Record<string, string>) => (
    <Loaded key={part.name} part={part} show={(views) => show(views, values)} />
  );
}

/** Load the style sheet of a part. */
function style(name: string): Promise<unknown> {
  const href = new URL(`./${name}.css`, import.meta.url).href;
  return new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload, onerror })));
}

/** Load a part once, however many wait for it; after a failure once more. */
function fetched<T>(part: Part<T>): Promise<T> {
  const known = part.loading;
  if (known) return known;
  const run = Promise.all([part.load(), part.styled && style(part.name)]).then(([views]) => (part.views = views));
  run.catch(() => delete part.loading);
  return (part.loading = run);
}

/** The views of a part that no page waits for, loaded when `wanted`. Undefined until then, and if that fails. */
export function useBehind<T>(part: Part<T>, wanted: boolean): T | undefined {
  const [, setReady] = useState(false);
  useEffect(() => {
    if (wanted) fetched(part).then(() => setReady(true), () => undefined);
  }, [part, wanted]);
  return part.views;
}

/** Load a part, and show something of it. */
export function Loaded<T>({ part, show, lines = 6 }: { part: Part<T>; show: (views: T) => ReactNode; lines?: number }): ReactNode {
  const { t } = useText();
  const [, setReady] = useState(false);
  const [failed, setFailed] = useState(false);
  const load = async (asked: boolean) => {
    setFailed(false);
    try {
      await imported(part.name, () => fetched(part), asked);
      setReady(true);
    } catch {
      setFailed(true);
    }
  };
  useEffect(() => void (part.views ?? load(false)), []);
  if (part.views) return show(part.views);
  if (!failed) return <Skeleton lines={lines} />;
  return (
    <div className="part-failed" role="alert">
      <p>{t("part.failed")}</p>
      <Button onClick={() => void load(true)}>{t("list.again")}</Button>
    </div>
  );
}
