// The services of a partner: what is offered, for how long, at which price.
import type { Service } from "@metaia/client/bookings";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { useUser } from "@metaia/client/react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useCalendars } from "./calendars.js";
import { ServiceDialog } from "./service.js";

/** All services of the partner, those that are offered first; and a function that reads them again. */
function useOwnServices(): [Service[] | undefined, () => void] {
  const client = part.views!.useBookingsClient();
  const partnerId = useUser()?.id;
  const [found, setFound] = useState<Service[]>();
  const load = useCallback(() => {
    if (!partnerId) return;
    const asked = [true, false].map((active) => client.services({ partnerId, active, limit: 100 }));
    Promise.all(asked).then((all) => setFound(all.flatMap(({ services }) => services)), () => undefined);
  }, [client, partnerId]);
  useEffect(load, [load]);
  return [found, load];
}

export function ServicesPage(): ReactNode {
  const { b, length } = part.views!.useBookingText(); // its script has loaded before this one
  const [services, reload] = useOwnServices();
  const [calendars] = useCalendars();
  const [open, setOpen] = useState<Service | "new" | null>(null);
  const done = () => (setOpen(null), reload());
  return (
    <Card title={b("services")} tools={<><Link to="/bookings">{b("calendar")}</Link><Button kind="primary" disabled={!calendars} onClick={() => setOpen("new")}>{b("service.new")}</Button></>}>
      {!services ? <Skeleton lines={4} /> : services.length === 0 ? <Empty title={b("services.none")} /> : (
        <Table
          rows={services}
          caption={b("services")}
          keyOf={(one) => one.id}
          name={(one) => one.name}
          onOpen={setOpen}
          columns={[
            { title: b("service"), cell: (one) => <strong>{one.name}</strong> },
            { title: b("duration"), cell: (one) => length(one.durationMinutes) },
            { title: b("confirmation"), cell: (one) => b(`confirmation.${one.confirmation}`) },
            { title: b("status"), cell: (one) => <Badge tone={one.active ? "green" : "grey"}>{b(one.active ? "offered" : "offered.not")}</Badge> },
            { title: b("price"), right: true, cell: (one) => <Money amount={one.price} currency={one.currency} /> },
          ]}
        />
      )}
      {open && calendars && <ServiceDialog service={open === "new" ? null : open} calendars={calendars} onClose={() => setOpen(null)} onDone={done} />}
    </Card>
  );
}
