// Cancelling a booking: what it costs is shown before the button can be pressed.
import type { Booking, Cancellation } from "@metaia/client/bookings";
import { useBookingsClient } from "@metaia/client/bookings/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useBookingText } from "./text.js";

export function CancelDialog({ booking, onClose }: { booking: Booking; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { b, named } = useBookingText();
  const client = useBookingsClient();
  const { busy, run } = useAction();
  const [cost, setCost] = useState<Cancellation | null>();
  const [reason, setReason] = useState("");
  useEffect(() => {
    let current = true;
    client.cancellation(booking.id).then((found) => current && setCost(found), () => current && setCost(null));
    return () => void (current = false);
  }, [client, booking.id, booking.version]);
  const send = async () => {
    const body = reason.trim() ? { reason: reason.trim() } : {};
    if (await run(() => client.act(booking.id, "cancel", body), named("done", "cancel"))) onClose();
  };
  return (
    <Dialog
      title={named("action", "cancel")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="danger" busy={busy} disabled={!cost?.allowed} onClick={() => void send()}>{named("action", "cancel")}</Button></>}
    >
      <div aria-live="polite">{cost === null ? <Empty title={b("failed")} /> : !cost ? <Skeleton lines={2} /> : <Cost booking={booking} cost={cost} />}</div>
      {cost?.allowed && <Field label={b("cancel.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} />}
    </Dialog>
  );
}

function Cost({ booking, cost }: { booking: Booking; cost: Cancellation }): ReactNode {
  const { b, when } = useBookingText();
  if (!cost.allowed) return <p role="alert">{b("cancel.late", { time: when(cost.lockedFrom, booking.timeZone) })}</p>;
  return (
    <>
      <p>{b(cost.fee > 0 ? "cancel.fee" : "cancel.free")}</p>
      <dl className="facts">
        <dt>{b("fee")}</dt><dd><Money amount={cost.fee} currency={cost.currency} /></dd>
        {cost.refund > 0 && <><dt>{b("refund")}</dt><dd><Money amount={cost.refund} currency={cost.currency} /></dd></>}
      </dl>
    </>
  );
}
