// The state of an order for everyone that has its address, live and without login. The public answer has no number and no time.
import { memoryStorage } from "@metaia/client";
import { MetaiaProvider, useOrderTracking } from "@metaia/client/react";
import { useMemo, type ReactNode } from "react";
import { assemble } from "../../../typescript/src/metaia.js";
import { poll } from "../../../typescript/src/transports/poll.js";
import { useText, type Key } from "../app/text.js";
import { Card } from "../ui/card.js";
import { Money } from "../ui/format.js";
import { Icon } from "../ui/icon.js";
import { Skeleton } from "../ui/skeleton.js";

const STEPS = ["pending", "preparing", "ready", "completed"] as const;

export function Tracking({ id }: { id: string }): ReactNode {
  const client = useMemo(() => assemble({ baseUrl: "", storage: memoryStorage() }, [poll]), []);
  return (
    <MetaiaProvider client={client} connect={false}>
      <main className="alone"><Steps id={id} /></main>
    </MetaiaProvider>
  );
}

function Steps({ id }: { id: string }): ReactNode {
  const { order, loading, error } = useOrderTracking(id);
  const { t, of } = useText();
  if (loading && !order) return <Skeleton lines={5} />;
  if (!order) return <p role="alert">{error?.status === 404 ? t("tracking.unknown") : t("server_away")}</p>;
  const reached = STEPS.indexOf(order.status as (typeof STEPS)[number]);
  return (
    <Card title={t("tracking.title")} tools={<State away={error !== null} />}>
      {order.status === "cancelled" && <p className="error" role="status">{of("status", "cancelled")}</p>}
      <ol className="steps" aria-label={t("tracking.steps")}>
        {STEPS.map((step, index) => (
          <li key={step} className={index < reached ? "done" : index === reached ? "current" : ""} aria-current={index === reached ? "step" : undefined}>
            <span className="step-mark">{index < reached ? <Icon name="check" /> : index + 1}</span>
            {t(`tracking.${step}` as Key)}
          </li>
        ))}
      </ol>
      <ul className="items">
        {order.items.map((item, index) => (
          <li key={index}>
            <span>{item.quantity} × {item.menu_name}</span>
            <Money amount={Number(item.price) * item.quantity} currency={order.currency} />
          </li>
        ))}
        <li className="total"><span>{t("order.total")}</span><Money amount={order.total} currency={order.currency} /></li>
      </ul>
    </Card>
  );
}

function State({ away }: { away: boolean }): ReactNode {
  const { t } = useText();
  return <span className={`dot ${away ? "amber" : "green"}`} role="status"><i aria-hidden="true" /> {t(away ? "tracking.away" : "dot.live")}</span>;
}
