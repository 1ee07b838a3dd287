// Lists of the API that come in pages: fetch, filter, fetch more.
import { MetaiaError } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table, type Column } from "../../ui/table.js";
import { useAttempt } from "../../ui/toast.js";

type Identified = { id: string } | { userId: string } | { fingerprint: string };
type Query = Record<string, string | number | undefined>;

export interface Listed<Row> {
  /** Undefined until the first answer. */
  rows: Row[] | undefined;
  /** Whether there are more rows. */
  hasMore: boolean;
  busy: boolean;
  failed: boolean;
  more(): void;
  /** Fetch again, as many rows as are shown. */
  reload(): void;
  /** Put a changed row in its place. */
  replace(row: Row): void;
}

const PAGE = 25;
const idOf = (row: Identified): string => ("id" in row ? row.id : "userId" in row ? row.userId : row.fingerprint);

/** Return the rows at `path` that match `query`; `name` is their place in `data`. Empty values are left out. A path that is not `paged` gives all at once. */
export function useList<Row extends Identified>(path: string, name: string, query: Query = {}, paged = true): Listed<Row> {
  const { rest } = useMetaia();
  const attempt = useAttempt();
  const [rows, setRows] = useState<Row[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const stop = useRef<AbortController | null>(null);
  const wanted = JSON.stringify(Object.entries(query).filter(([, value]) => value !== "" && value !== undefined));
  const load = useCallback(
    (from: string | null, known: Row[]) => {
      stop.current?.abort();
      const mine = (stop.current = new AbortController());
      const limit = from ? PAGE : Math.min(100, Math.max(PAGE, known.length));
      setBusy(true);
      const asked = rest.send("get", path, {
        query: { ...Object.fromEntries(JSON.parse(wanted)), ...(paged ? { limit } : {}), ...(from ? { cursor: from } : {}) },
        signal: mine.signal,
      });
      void attempt(async () => {
        try {
          const { data, meta } = await asked;
          if (mine.signal.aborted) return;
          setRows(from ? [...known, ...data[name]] : data[name]);
          setCursor(paged ? meta.nextCursor : null);
          setFailed(false);
        } catch (error) {
          if (mine.signal.aborted || (error instanceof MetaiaError && error.code === "aborted")) return;
          setFailed(true);
          if (!from) setRows(undefined); // rows of another filter would be wrong
          throw error;
        } finally {
          if (stop.current === mine) setBusy(false);
        }
      });
    },
    [rest, attempt, path, name, wanted, paged],
  );
  useEffect(() => {
    load(null, []);
    return () => stop.current?.abort();
  }, [load]);
  return {
    rows,
    hasMore: cursor !== null,
    busy,
    failed,
    more: () => load(cursor, rows ?? []),
    reload: () => load(null, rows ?? []),
    replace: (row) => setRows((before) => before?.map((one) => (idOf(one) === idOf(row) ? row : one))),
  };
}

/** A list as a table, with what stands there while it loads, fails or is empty. */
export function List<Row extends Identified>({ list, none, ...table }: {
  list: Listed<Row>;
  none: string;
  columns: readonly Column<Row>[];
  caption: string;
  name?: (row: Row) => string;
  onOpen?: (row: Row) => void;
}): ReactNode {
  const { t } = useText();
  const { rows, busy, failed } = list;
  if (failed && !rows) return <Empty title={t("list.failed")}><Button onClick={list.reload}>{t("list.again")}</Button></Empty>;
  if (!rows) return <Skeleton lines={6} />;
  if (rows.length === 0) return <Empty title={none} />;
  return (
    <div aria-busy={busy}>
      <Table rows={rows} keyOf={idOf} {...table} />
      {list.hasMore && <div className="list-more"><Button busy={busy} onClick={list.more}>{t("list.more")}</Button></div>}
    </div>
  );
}
