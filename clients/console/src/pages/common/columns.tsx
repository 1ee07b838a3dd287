// Orders in columns by status. On a narrow screen one column is shown at a time.
import type { Order, OrderAction } from "@metaia/client";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText, type Key } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { OrderCard } from "./order-card.js";

const PAGE = 50;

export interface ColumnOf {
  name: string;
  title: Key;
  none: Key;
  orders: Order[];
}

export function Columns({ columns, pending, onAct }: {
  columns: readonly ColumnOf[];
  pending: ReadonlySet<string>;
  onAct: (order: Order, action: OrderAction) => void;
}): ReactNode {
  const { t } = useText();
  const [shown, setShown] = useState((columns.find((one) => one.orders.length > 0) ?? columns[0]!).name);
  const newest = useRef(onAct);
  useEffect(() => void (newest.current = onAct));
  const [act] = useState(() => (order: Order, action: OrderAction) => newest.current(order, action));
  return (
    <div className="board">
      <div className="board-choice" role="group" aria-label={t("board.choice")}>
        {columns.map(({ name, title, orders }) => (
          <button key={name} type="button" className="chip" aria-pressed={shown === name} onClick={() => setShown(name)}>
            {t(title)} <b>{orders.length}</b>
          </button>
        ))}
      </div>
      <div className="board-columns">
        {columns.map((column) => (
          <Column key={column.name} column={column} chosen={shown === column.name} pending={pending} onAct={act} />
        ))}
      </div>
    </div>
  );
}

function Column({ column, chosen, pending, onAct }: {
  column: ColumnOf;
  chosen: boolean;
  pending: ReadonlySet<string>;
  onAct: (order: Order, action: OrderAction) => void;
}): ReactNode {
  const { t } = useText();
  const [limit, setLimit] = useState(PAGE);
  const { name, title, none, orders } = column;
  return (
    <section className={`column column-${name}${chosen ? " chosen" : ""}`} aria-label={`${t(title)}: ${orders.length}`}>
      <h2>{t(title)} <span className="number">{orders.length}</span></h2>
      {orders.length === 0 && <p className="column-none">{t(none)}</p>}
      <ul>
        {orders.slice(0, limit).map((order) => (
          <OrderCard key={order.id} order={order} waits={pending.has(order.id)} onAct={onAct} />
        ))}
      </ul>
      {orders.length > limit && (
        <Button kind="quiet" className="wide" onClick={() => setLimit(limit + PAGE)}>
          {t("more", { count: Math.min(PAGE, orders.length - limit) })}
        </Button>
      )}
    </section>
  );
}
