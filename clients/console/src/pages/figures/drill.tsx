// The objects behind a value, in a dialog.
import type { FigurePeriod, FigureSet } from "@metaia/client/analytics";
import { useDrill } from "@metaia/client/analytics/react";
import type { ReactNode } from "react";
import { Link } from "../../app/router.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useFigureText } from "./text.js";

export interface Drilled extends FigurePeriod {
  set: FigureSet;
  value: string;
  bucket?: string;
}

const PAGES: Record<string, string> = { order: "/orders", user: "/people" };

export function DrillDialog({ of, onClose }: { of: Drilled; onClose: () => void }): ReactNode {
  const { f, named, number } = useFigureText();
  const { set, ...period } = of;
  const list = useDrill(set, period);
  const title = `${named("value", of.value)} · ${of.bucket ?? (of.from === of.to ? of.from : `${of.from} – ${of.to}`)}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {list.count !== undefined && <p className="muted">{f("behind", { count: number(list.count) })}</p>}
      {list.error && <p className="error" role="alert">{f("failed")}</p>}
      {!list.data && !list.error && <Skeleton lines={4} />}
      {list.data && (
        <Table
          caption={title}
          rows={list.data}
          keyOf={(one) => `${one.id} ${one.currency ?? ""}`}
          columns={[
            { title: f("object"), cell: (one) => (PAGES[one.type] ? <Link to={`${PAGES[one.type]}/${one.id}`}>{one.title ?? one.id}</Link> : (one.title ?? one.id)) },
            { title: f("amount"), right: true, cell: (one) => (one.amount !== null && one.currency ? <Money amount={one.amount} currency={one.currency} /> : "–") },
            { title: f("when"), cell: (one) => <TimeAgo at={one.at} /> },
          ]}
        />
      )}
      {list.hasMore && <Button busy={list.busy} onClick={list.more}>{f("more")}</Button>}
    </Dialog>
  );
}
