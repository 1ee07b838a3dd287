import type { Order } from "@metaia/client";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";

const STEPS = ["pending", "preparing", "ready", "completed"] as const;
const AT: Partial<Record<Order["status"], number>> = {
  pending: 0, accepted: 1, preparing: 1, ready: 2, out_for_delivery: 2, delivered: 3, completed: 4,
};

/** How far an order is; nothing for one that was rejected or cancelled. */
export function Progress({ status }: { status: Order["status"] }): ReactNode {
  const { t } = useText();
  const at = AT[status];
  if (at === undefined) return null;
  return (
    <ol className="order-steps" aria-label={t("tracking.steps")}>
      {STEPS.map((step, index) => (
        <li key={step} className={index < at ? "past" : index === at ? "now" : ""} aria-current={index === at ? "step" : undefined}>
          {t(`tracking.${step}`)}
        </li>
      ))}
    </ol>
  );
}
