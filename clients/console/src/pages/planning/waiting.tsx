// A customer's waiting list: what is waited for, and what is offered now.
import type { Service, Wait } from "@metaia/client/bookings";
import { useEffect, useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { useCountdown } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useDuration } from "../common/time.js";
import { WaitDialog } from "./wait.js";
import { usePlanningText } from "./text.js";

const TONES: Record<Wait["state"], string> = { waiting: "blue", offered: "green", ended: "grey" };

/** The services that are offered now, as far as one page has them. */
function useOffered(): Service[] {
  const client = part.views!.useBookingsClient(); // its script has loaded before this one
  const [found, setFound] = useState<Service[]>([]);
  useEffect(() => {
    let current = true;
    client.services({ active: true, limit: 100 }).then(({ services }) => current && setFound(services), () => undefined);
    return () => void (current = false);
  }, [client]);
  return found;
}

export function WaitingPage(): ReactNode {
  const { t } = useText();
  const p = usePlanningText();
  const { data, error, reload } = part.views!.useWaits();
  const services = useOffered();
  const [asked, setAsked] = useState(false);
  const name = (id: string) => services.find((one) => one.id === id)?.name ?? `…${id.slice(-6)}`;
  return (
    <Card title={p("waiting")} tools={<><Link to="/bookings">{t("nav.bookings")}</Link><Button kind="primary" disabled={!services.length} onClick={() => setAsked(true)}>{p("wait")}</Button></>}>
      <p className="muted">{p("waiting.text")}</p>
      {error && !data ? <Empty title={p("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !data ? <Skeleton lines={3} />
        : data.length === 0 ? <Empty title={p("waiting.none")} />
        : <ul className="waiting">{data.map((one) => <Entry key={one.id} wait={one} service={name(one.serviceId)} onEnded={reload} />)}</ul>}
      {asked && <WaitDialog services={services} onClose={() => setAsked(false)} onDone={() => (setAsked(false), reload())} />}
    </Card>
  );
}

function Entry({ wait, service, onEnded }: { wait: Wait; service: string; onEnded: () => void }): ReactNode {
  const { useBookingsClient, useBookingText } = part.views!;
  const client = useBookingsClient();
  const { when } = useBookingText();
  const p = usePlanningText();
  const duration = useDuration();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const left = useCountdown(wait.state === "offered" ? wait.heldUntil : null);
  const end = () => client.stopWaiting(wait.id).finally(onEnded);
  return (
    <li>
      <div className="grow">
        <strong>{service}</strong> <Badge tone={TONES[wait.state]}>{p(`state.${wait.state}`)}</Badge>
        <small className="block muted">{p("between", { from: when(wait.from, zone), to: when(wait.to, zone) })}{wait.seats > 1 && ` · ${p("seats", { count: wait.seats })}`}</small>
        {left !== null && <small className={left < 120 ? "countdown soon" : "countdown"}>{p("kept", { time: duration(left) })}</small>}
      </div>
      {wait.state === "offered" && wait.bookingId && <Link className="button primary" to={`/bookings/${wait.bookingId}`}>{p("take")}</Link>}
      {wait.state === "waiting" && <ActionButton action={end} done={p("stopped")}>{p("stop")}</ActionButton>}
    </li>
  );
}
