// What can be done with a booking, as `allowedActions` names it.
import type { Booking, BookingAction } from "@metaia/client/bookings";
import { useBookingsClient } from "@metaia/client/bookings/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { CancelDialog } from "./cancel.js";
import { MoveDialog } from "./move.js";
import { useBookingText } from "./text.js";

// The same as in metaia/bookings/state.py.
const REASONS = ["not_available", "too_busy", "cannot_do", "customer_blocked", "other"] as const;
const ORDER: readonly BookingAction[] = ["confirm", "accept-move", "check-in", "complete", "reopen", "move", "decline-move", "no-show", "decline", "cancel"];
const DANGER: readonly BookingAction[] = ["decline", "cancel", "no-show"];
type Asked = "cancel" | "move" | "decline";

export function BookingActions({ booking, only }: { booking: Booking; only?: readonly BookingAction[] }): ReactNode {
  const { named, b } = useBookingText();
  const client = useBookingsClient();
  const { busy, run } = useAction();
  const [asked, setAsked] = useState<Asked | null>(null);
  const actions = ORDER.filter((one) => booking.allowedActions.includes(one) && (!only || only.includes(one)));
  const act = (action: BookingAction) => {
    if (action === "cancel" || action === "move" || action === "decline") return setAsked(action);
    return void run(() => client.act(booking.id, action as "confirm"), named("done", action));
  };
  const close = () => setAsked(null);
  return (
    <>
      <div className="actions">
        {actions.map((action, index) => (
          <Button key={action} kind={DANGER.includes(action) ? "danger" : index === 0 ? "primary" : "normal"} busy={busy} onClick={() => act(action)}>{named("action", action)}</Button>
        ))}
      </div>
      {asked === "cancel" && <CancelDialog booking={booking} onClose={close} />}
      {asked === "move" && <MoveDialog booking={booking} onClose={close} />}
      {asked === "decline" && <DeclineDialog booking={booking} onClose={close} />}
      {actions.length === 0 && !only && <p className="muted small">{b("actions.none")}</p>}
    </>
  );
}

function DeclineDialog({ booking, onClose }: { booking: Booking; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { b, named } = useBookingText();
  const client = useBookingsClient();
  const { busy, run } = useAction();
  const [reason, setReason] = useState<(typeof REASONS)[number]>(REASONS[0]);
  const [message, setMessage] = useState("");
  const send = async () => {
    const body = { reason, ...(message.trim() && { message: message.trim() }) };
    if (await run(() => client.act(booking.id, "decline", body), named("done", "decline"))) onClose();
  };
  return (
    <Dialog title={named("action", "decline")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="danger" busy={busy} onClick={() => void send()}>{named("action", "decline")}</Button></>}>
      <Select label={b("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value as (typeof REASONS)[number])} options={REASONS.map((one) => [one, named("reason", one)] as const)} />
      <Field label={b("message.to")} value={message} maxLength={1000} onChange={(event) => setMessage(event.currentTarget.value)} />
    </Dialog>
  );
}
