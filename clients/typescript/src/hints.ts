/** Hints of the platform. They decide when to try, never whether: `navigator.onLine` is wrong too often. */
export interface Network {
  /** Call `changed` when the platform believes to be online or offline; return a function that stops this. */
  subscribe(changed: (online: boolean) => void): () => void;
}

export interface Lifecycle {
  /** Call `changed` when the application becomes visible or hidden; return a function that stops this. */
  subscribe(changed: (active: boolean) => void): () => void;
}

type Target = Pick<EventTarget, "addEventListener" | "removeEventListener">;

function listen(target: Target | undefined, handlers: Record<string, () => void>): () => void {
  const all = target?.addEventListener ? Object.entries(handlers) : [];
  for (const [name, handler] of all) target!.addEventListener(name, handler);
  return () => {
    for (const [name, handler] of all) target!.removeEventListener(name, handler);
  };
}

/** The events `online` and `offline` of a browser's window. */
export const browserNetwork: Network = {
  subscribe: (changed) =>
    listen(globalThis.window, { online: () => changed(true), offline: () => changed(false) }),
};

/** A page's visibility; a page that comes back from the back/forward cache counts as visible. */
export const browserLifecycle: Lifecycle = {
  subscribe(changed) {
    const page = globalThis.document;
    const stops = [
      listen(page, { visibilitychange: () => changed(page.visibilityState !== "hidden") }),
      listen(globalThis.window, { pageshow: () => changed(true), pagehide: () => changed(false) }),
    ];
    return () => stops.forEach((stop) => stop());
  },
};

export interface Hints {
  network: Network | undefined;
  lifecycle: Lifecycle | undefined;
}

const LONG_HIDDEN = 60_000; // ms
const SHORT_PAUSE = 5_000;

/** Call `hidden` a minute after the application was hidden, `back` when it or the network has come back. */
export function watch({ network, lifecycle }: Hints, { hidden, back }: { hidden(): void; back(): void }): () => void {
  let since = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const visible = (active: boolean) => {
    clearTimeout(timer);
    if (!active) {
      since ||= Date.now();
      timer = setTimeout(hidden, LONG_HIDDEN);
      return;
    }
    const away = since ? Date.now() - since : 0;
    since = 0;
    if (away > SHORT_PAUSE) back();
  };
  const stops = [network?.subscribe((online) => void (online && back())), lifecycle?.subscribe(visible)];
  return () => {
    clearTimeout(timer);
    stops.forEach((stop) => stop?.());
  };
}
