// A new booking: which service, when, and then the dialog with what it costs.
import type { Service } from "@metaia/client/bookings";
import { useBookingsClient } from "@metaia/client/bookings/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useNames } from "../common/people.js";
import { BookDialog } from "./book.js";
import { useBookingText } from "./text.js";
import { FreeTimes } from "./times.js";

const PAUSE = 300; // ms after the last key before a search is sent

export function NewBooking(): ReactNode {
  const { b } = useBookingText();
  const [service, setService] = useState<Service | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const choose = (one: Service) => (setService(one), setAt(null));
  return (
    <div className="columns">
      <Card title={b("service.which")}><Services chosen={service} onChoose={choose} /></Card>
      <Card title={b("times")}>
        {service ? <FreeTimes key={service.id} partnerId={service.partnerId} serviceId={service.id} chosen={at} onChoose={setAt} /> : <Empty title={b("service.first")} />}
      </Card>
      {service && at && <BookDialog service={service} startsAt={at} onChoose={setAt} onClose={() => setAt(null)} />}
    </div>
  );
}

/** The services that match what was typed, after a pause. */
function useSearch(q: string): { found: Service[] | undefined; failed: boolean; reload(): void } {
  const client = useBookingsClient();
  const [state, setState] = useState<{ found: Service[] | undefined; failed: boolean }>({ found: undefined, failed: false });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      client.services({ active: true, limit: 50, ...(q && { q }) }).then(
        ({ services }) => current && setState({ found: services, failed: false }),
        () => current && setState((before) => ({ ...before, failed: true })),
      );
    }, q ? PAUSE : 0);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, q, tries]);
  return { ...state, reload: () => setTries((before) => before + 1) };
}

function Services({ chosen, onChoose }: { chosen: Service | null; onChoose: (service: Service) => void }): ReactNode {
  const { t } = useText();
  const { b, length } = useBookingText();
  const name = useNames();
  const [q, setQ] = useState("");
  const { found, failed, reload } = useSearch(q.trim());
  return (
    <>
      <Field label={b("search")} type="search" maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      {failed && !found ? <Empty title={b("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !found ? <Skeleton lines={4} />
        : found.length === 0 ? <Empty title={b("services.none")} />
        : (
          <fieldset className="partners">
            <legend className="visually-hidden">{b("service.which")}</legend>
            {found.map((one) => (
              <label key={one.id} className="partner">
                <input type="radio" name="service" checked={chosen?.id === one.id} onChange={() => onChoose(one)} />
                <span className="partner-text">
                  <strong>{one.name}</strong>
                  <small>{name(one.partnerId, "vendor")} · {length(one.durationMinutes)}</small>
                </span>
                <Money amount={one.price} currency={one.currency} />
              </label>
            ))}
          </fieldset>
        )}
    </>
  );
}
