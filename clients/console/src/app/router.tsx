// Addresses: of the browser for a whole page, of its own for a pane of the theatre.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode, type MouseEvent } from "react";

export interface Router {
  path: string;
  go(path: string): void;
  /** The address that a link shows. */
  href(path: string): string;
}

const Context = createContext<Router>({ path: "/", go: () => undefined, href: (path) => path });

export const useRouter = (): Router => useContext(Context);

/** The router of the whole page. `path` is the address in the browser. */
export function BrowserRouter({ children }: { children: ReactNode }): ReactNode {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const changed = () => setPath(location.pathname);
    addEventListener("popstate", changed);
    return () => removeEventListener("popstate", changed);
  }, []);
  const router = useMemo(
    () => ({
      path,
      go(to: string) {
        if (to !== location.pathname) history.pushState(null, "", to);
        setPath(to);
        scrollTo(0, 0);
      },
      href: (to: string) => to,
    }),
    [path],
  );
  return <Context.Provider value={router}>{children}</Context.Provider>;
}

/** The router below `base`: pages see the rest of the address. */
export function Below({ base, children }: { base: string; children: ReactNode }): ReactNode {
  const outer = useRouter();
  const router = useMemo(
    () => ({
      path: outer.path.slice(base.length) || "/",
      go: (to: string) => outer.go(base + to),
      href: (to: string) => outer.href(base + to),
    }),
    [outer, base],
  );
  return <Context.Provider value={router}>{children}</Context.Provider>;
}

/** A router in memory, for a pane. */
export function PaneRouter({ start = "/", children }: { start?: string; children: ReactNode }): ReactNode {
  const [path, go] = useState(start);
  const router = useMemo(() => ({ path, go, href: (to: string) => `#${to}` }), [path]);
  return <Context.Provider value={router}>{children}</Context.Provider>;
}

/** A link inside the console: keyboard, middle click and screen readers work as with any link. */
export function Link({ to, children, className, current }: {
  to: string;
  children: ReactNode;
  className?: string;
  current?: boolean;
}): ReactNode {
  const { go, href } = useRouter();
  const click = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={href(to)} onClick={click} className={className} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}

/** Return the values of a pattern such as `/orders/:id`, or null if `path` is another one. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(given[index]!);
    else if (part !== given[index]) return null;
  }
  return found;
}
