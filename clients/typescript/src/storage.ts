/** Where the client keeps its cursor and its session. Values are at most 100 KB. Every function may be synchronous. */
export interface Storage {
  get(key: string): Promise<string | null> | string | null;
  set(key: string, value: string): Promise<void> | void;
  delete(key: string): Promise<void> | void;
  /** Whether other tabs use the same values: then they share the session, and notify each other. */
  readonly shared?: boolean;
}

/** Return a storage that ends with the process. */
export function memoryStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
  };
}

/** Return a storage on `localStorage`, which tabs share, or `sessionStorage`, which is each tab's own. */
export function webStorage(area: globalThis.Storage): Storage {
  return {
    shared: area === globalThis.localStorage,
    get: (key) => area.getItem(key),
    set: (key, value) => area.setItem(key, value),
    delete: (key) => area.removeItem(key),
  };
}

/** Return `localStorage` where it can be used (a browser may refuse it), else memory. */
export function defaultStorage(): Storage {
  try {
    const area = typeof window === "undefined" ? undefined : window.localStorage;
    if (area) {
      area.setItem("metaia:probe", "1");
      area.removeItem("metaia:probe");
      return webStorage(area);
    }
  } catch {
    // private mode, or storage blocked for this site
  }
  return memoryStorage();
}
