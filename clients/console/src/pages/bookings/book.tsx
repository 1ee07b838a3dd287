// The last step of a booking: what is booked, what it costs, what cancelling costs. A refusal offers other times.
import { MetaiaError } from "@metaia/client";
import type { Service } from "@metaia/client/bookings";
import { useBookingsClient } from "@metaia/client/bookings/react";
import { useRef, useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";
import { Alternatives, alternativesOf, type Alternative } from "./alternatives.js";
import { useBookingText } from "./text.js";

export function BookDialog({ service, startsAt, onChoose, onClose }: { service: Service; startsAt: string; onChoose: (startsAt: string) => void; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { b, day, length } = useBookingText();
  const { go } = useRouter();
  const client = useBookingsClient();
  const toast = useToast();
  const { busy, run } = useAction();
  const [seats, setSeats] = useState("1");
  const [notes, setNotes] = useState("");
  const [others, setOthers] = useState<Alternative[]>();
  const last = useRef({ text: "", key: "" }); // the same booking is sent with the same key
  const count = Number(seats);
  const wrong = !(Number.isInteger(count) && count >= 1 && count <= service.capacity);
  const send = () =>
    run(async () => {
      const body = { serviceId: service.id, startsAt, ...(count > 1 && { seats: count }), ...(notes.trim() && { notes: notes.trim() }) };
      const text = JSON.stringify(body);
      if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
      try {
        const { booking, warnings } = await client.book(body as never, last.current.key);
        if (warnings.includes("overlaps_own")) toast(b("overlaps_own"));
        go(`/bookings/${booking.id}`);
      } catch (error) {
        if (error instanceof MetaiaError && error.status < 500) last.current = { text: "", key: "" };
        setOthers(alternativesOf(error));
        throw error;
      }
    }, b("booked"));
  const { freeUntilMinutes, feePercent } = service.cancellation;
  return (
    <Dialog
      title={service.name}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={wrong || !!others} onClick={() => void send()}>{b(service.confirmation === "request" ? "book.request" : "book.now")}</Button></>}
    >
      <dl className="facts">
        <dt>{b("when")}</dt><dd><time dateTime={startsAt}>{day(startsAt.slice(0, 10))}, {startsAt.slice(11, 16)}</time> · {length(service.durationMinutes)}</dd>
        <dt>{b("price")}</dt><dd><Money amount={service.price * (wrong ? 1 : count)} currency={service.currency} /></dd>
        <dt>{b("cancelling")}</dt><dd>{b(feePercent ? "terms.fee" : "terms.free", { length: length(freeUntilMinutes), percent: feePercent })}</dd>
      </dl>
      {service.description && <p className="lines">{service.description}</p>}
      {others ? (
        <Alternatives found={others} onChoose={(one) => (setOthers(undefined), onChoose(one))} />
      ) : (
        <>
          {service.capacity > 1 && <Field label={b("seats")} type="number" min={1} max={service.capacity} value={seats} error={wrong ? b("seats.wrong", { most: service.capacity }) : undefined} onChange={(event) => setSeats(event.currentTarget.value)} />}
          <Field label={b("notes")} hint={b("notes.hint")} value={notes} maxLength={2000} onChange={(event) => setNotes(event.currentTarget.value)} />
          {service.payment !== "none" && <p className="muted small">{b(service.payment === "deposit" ? "pay.deposit" : "pay.full", { percent: service.depositPercent ?? 0 })}</p>}
        </>
      )}
    </Dialog>
  );
}
