// The parcels of an order: its partner adds them, the other parties follow them. Nothing for those without any.
import type { Order } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import { useOrderShipments, useShipmentsClient } from "@metaia/client/shipments/react";
import { useState, type ReactNode } from "react";
import { ADMINS } from "../../app/roles.js";
import { Button } from "../../ui/button.js";
import { AddDialog } from "./forms.js";
import { Parcel } from "./parcel.js";
import { useParcelText } from "./text.js";

export function OrderParcels({ order }: { order: Order }): ReactNode {
  const { p } = useParcelText();
  const user = useUser();
  const client = useShipmentsClient();
  const { shipments, error, reload } = useOrderShipments(order.id);
  const [adds, setAdds] = useState(false);
  const ships = (ADMINS as readonly string[]).includes(user?.role ?? "") || order.partnerId === user?.id;
  const open = ships && order.status !== "completed";
  if (error && !shipments) return <p role="alert">{p("failed")} <Button onClick={reload}>{p("failed.again")}</Button></p>;
  if (!shipments?.length && !open) return null;
  return (
    <section aria-label={p("parcels")}>
      {!!shipments?.length && <h3>{p("parcels")}</h3>}
      <ul className="items">{shipments?.map((one) => <Parcel key={one.id} client={client} shipment={one} />)}</ul>
      {open && <Button onClick={() => setAdds(true)}>{p("add")}</Button>}
      {adds && <AddDialog client={client} orderId={order.id} onClose={() => { setAdds(false); reload(); }} />}
    </section>
  );
}
