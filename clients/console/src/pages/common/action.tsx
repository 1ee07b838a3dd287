// What an action on an order needs: minutes, a reason, a courier, a message.
import type { Order, OrderAction } from "@metaia/client";
import { useState, type ReactNode } from "react";
import { useText, type Key } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useCountdown } from "../../ui/format.js";
import { CourierField } from "./courier.js";
import { useDuration } from "./time.js";

const MINUTES = [15, 20, 30, 45, 60];
// The same as in metaia/orders/state.py.
export const REASONS = ["out_of_stock", "too_busy", "closed", "cannot_fulfil", "invalid_order", "other"] as const;

export function ActionDialog({ order, action, onSend, onClose }: {
  order: Order;
  action: OrderAction;
  onSend: (body: Record<string, unknown>) => void;
  onClose: () => void;
}): ReactNode {
  const { t, of } = useText();
  const [minutes, setMinutes] = useState<number>(30);
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [message, setMessage] = useState("");
  const left = useCountdown(action === "accept" ? order.acceptBy : null);
  const [courier, setCourier] = useState("");
  const length = useDuration();
  const timed = action === "accept" || action === "ready";
  const body = (): Record<string, unknown> => ({
    ...(action === "accept" ? { estimatedTime: minutes } : {}),
    ...(action === "ready" ? { estimatedPickupTime: minutes } : {}),
    ...(action === "reject" ? { reason } : {}),
    ...(action === "assign" ? { deliveryPartnerId: courier } : {}),
    ...(message ? { message } : {}),
  });
  const incomplete = action === "assign" && !courier;
  return (
    <Dialog
      title={`${of("action", action)} · ${order.orderNumber}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button kind={action === "reject" || action === "cancel" ? "danger" : "primary"} disabled={incomplete} onClick={() => onSend(body())}>
            {of("action", action)}
          </Button>
        </>
      }
    >
      {left !== null && <p className={left < 60 ? "countdown soon" : "countdown"} role="timer">{t("accept.left", { time: length(left) })}</p>}
      {timed && (
        <fieldset className="choices">
          <legend>{t(action === "ready" ? "ready.when" : "accept.when")}</legend>
          {MINUTES.map((one) => (
            <button key={one} type="button" aria-pressed={minutes === one} onClick={() => setMinutes(one)}>{t("minutes", { count: one })}</button>
          ))}
          <Field
            label={t("accept.own")}
            type="number"
            min={1}
            max={43200}
            value={minutes}
            onChange={(event) => setMinutes(Math.max(1, Number(event.currentTarget.value) || 1))}
          />
        </fieldset>
      )}
      {action === "reject" && (
        <Select
          label={t("reject.why")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          options={REASONS.map((one) => [one, t(`reason.${one}` as Key)] as const)}
        />
      )}
      {action === "assign" && <CourierField value={courier} now={order.deliveryPartnerId} onChange={setCourier} />}
      <Field label={t("action.message")} value={message} maxLength={500} onChange={(event) => setMessage(event.currentTarget.value)} />
    </Dialog>
  );
}
