// A list of files: the first page, and more on demand. Each file is shown as the store has it, so events change the list.
import type { Filter, Media } from "@metaia/client/media";
import { useMediaFiles } from "@metaia/client/media/react";
import { useStore } from "@metaia/client/react";
import { useCallback, useEffect, useMemo, useState } from "react";

export interface Listed {
  /** Undefined until the first answer. */
  rows: Media[] | undefined;
  hasMore: boolean;
  busy: boolean;
  error: unknown;
  more(): void;
  reload(): void;
  /** Put an uploaded file in front. */
  add(media: Media): void;
}

const PAGE = 24;

export function useFiles(filter: Filter): Listed {
  const files = useMediaFiles();
  const { byId } = useStore(files.store);
  const [ids, setIds] = useState<string[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const wanted = JSON.stringify(filter);
  const load = useCallback(
    async (from: string | null, current: () => boolean) => {
      setBusy(true);
      try {
        const found = await files.list({ ...JSON.parse(wanted), limit: PAGE, ...(from ? { cursor: from } : {}) });
        if (!current()) return;
        setIds((before) => [...new Set([...(from ? before ?? [] : []), ...found.media.map(({ id }) => id)])]);
        setCursor(found.nextCursor);
        setError(undefined);
      } catch (failed) {
        if (current()) setError(failed);
      } finally {
        if (current()) setBusy(false);
      }
    },
    [files, wanted],
  );
  useEffect(() => {
    let current = true;
    setIds(undefined);
    void load(null, () => current);
    return () => void (current = false);
  }, [load]);
  const rows = useMemo(() => ids?.flatMap((id) => (byId[id] && byId[id].status !== "deleted" ? [byId[id]] : [])), [ids, byId]);
  return {
    rows,
    hasMore: cursor !== null,
    busy,
    error,
    more: () => void load(cursor, () => true),
    reload: () => void load(null, () => true),
    add: ({ id }) => setIds((before) => [id, ...(before ?? []).filter((one) => one !== id)]),
  };
}
