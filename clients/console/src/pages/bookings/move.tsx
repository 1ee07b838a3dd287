// Another time for a booking: at once, or as a proposal that the other side answers.
import type { Booking } from "@metaia/client/bookings";
import { useBookingsClient } from "@metaia/client/bookings/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Alternatives, alternativesOf, type Alternative } from "./alternatives.js";
import { useBookingText } from "./text.js";
import { FreeTimes } from "./times.js";

export function MoveDialog({ booking, onClose }: { booking: Booking; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { b, day, named, when } = useBookingText();
  const client = useBookingsClient();
  const { busy, run } = useAction();
  const [at, setAt] = useState<string | null>(null);
  const [message, setMessage] = useState("");
  const [others, setOthers] = useState<Alternative[]>();
  const choose = (startsAt: string) => (setAt(startsAt), setOthers(undefined));
  const send = async () => {
    const moved = await run(async () => {
      try {
        await client.act(booking.id, "move", { startsAt: at!, ...(message.trim() && { message: message.trim() }) });
      } catch (error) {
        setOthers(alternativesOf(error));
        throw error;
      }
    }, named("done", "move"));
    if (moved) onClose();
  };
  return (
    <Dialog
      title={named("action", "move")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={!at || !!others} onClick={() => void send()}>{named("action", "move")}</Button></>}
    >
      <p>{b("move.from", { time: when(booking.startsAt, booking.timeZone) })}</p>
      {others ? <Alternatives found={others} onChoose={choose} /> : <FreeTimes partnerId={booking.partnerId} serviceId={booking.serviceId} bookingId={booking.id} chosen={at} onChoose={choose} />}
      {at && <p role="status">{b("move.to", { time: `${day(at.slice(0, 10))}, ${at.slice(11, 16)}` })}</p>}
      <Field label={b("message.to")} hint={b("move.hint")} value={message} maxLength={1000} onChange={(event) => setMessage(event.currentTarget.value)} />
    </Dialog>
  );
}
