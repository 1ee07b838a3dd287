// Choosing rows of a list for a bulk operation; the operation itself loads when an admin begins to choose.
import { useEffect, useState, type ReactNode } from "react";
import { useBehind } from "../../app/part.js";
import { operations } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import type { Column } from "../../ui/table.js";
import { useIsAdmin } from "./personActions.js";

interface Bulk<Row> {
  /** The button that begins and ends choosing. */
  tool: ReactNode;
  columns: Column<Row>[];
  bar: ReactNode;
}

const stop = (event: { stopPropagation(): void }): void => event.stopPropagation(); // a click on the row opens it

export function useBulk<Row extends { id: string }>(kind: "orders" | "users", filter: Record<string, string>, name: (row: Row) => string): Bulk<Row> {
  const { t } = useText();
  const isAdmin = useIsAdmin();
  const [on, setOn] = useState(false);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const views = useBehind(operations, on);
  const wanted = JSON.stringify(filter);
  useEffect(() => setIds(new Set()), [wanted, on]);
  if (!isAdmin) return { tool: null, columns: [], bar: null };
  const toggle = (id: string) => setIds((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  return {
    tool: <Button aria-pressed={on} onClick={() => setOn(!on)}>{t("bulk.choose")}</Button>,
    columns: !on ? [] : [
      {
        title: t("bulk.chosen"),
        cell: (row) => <input type="checkbox" aria-label={name(row)} checked={ids.has(row.id)} onClick={stop} onKeyDown={stop} onChange={() => toggle(row.id)} />,
      },
    ],
    bar: on && views && <views.Bar kind={kind} ids={[...ids]} filter={filter} />,
  };
}
