// Rows that come in pages. Entries that need it import it; `./react` does not have it.
import { useCallback, useEffect, useRef, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";

export interface Loaded<T> {
  /** Undefined until the first answer. */
  data: T | undefined;
  busy: boolean;
  error: MetaiaError | null;
  reload(): void;
}

export interface Paged<T> extends Loaded<T[]> {
  hasMore: boolean;
  more(): void;
}

export type Fetch<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<[rows: T[], next: string | null]>;

/** Rows that come in pages; they are fetched again when `changes` rises. */
export function usePaged<T>(fetch: Fetch<T>, changes: number): Paged<T> {
  const [shown, setShown] = useState<{ data: T[] | undefined; next: string | null; busy: boolean; error: MetaiaError | null }>({ data: undefined, next: null, busy: true, error: null });
  const stop = useRef<AbortController | null>(null);
  const load = useCallback(
    (cursor?: string) => {
      stop.current?.abort();
      const { signal } = (stop.current = new AbortController());
      setShown((before) => ({ ...before, busy: true }));
      fetch(cursor, signal).then(
        ([rows, next]) => signal.aborted || setShown((before) => ({ data: cursor ? [...(before.data ?? []), ...rows] : rows, next, busy: false, error: null })),
        (error: unknown) => signal.aborted || setShown((before) => ({ ...before, busy: false, error: asError(error) })),
      );
    },
    [fetch],
  );
  useEffect(() => {
    load();
    return () => stop.current?.abort();
  }, [load, changes]);
  const { data, next, busy, error } = shown;
  return { data, busy, error, hasMore: next !== null, reload: () => load(), more: () => load(next ?? undefined) };
}
