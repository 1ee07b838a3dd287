// That a list is not whole: the client keeps a limited number of orders.
import type { OrdersState } from "@metaia/client";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";

export function Kept({ orders, more }: Pick<OrdersState, "orders" | "more">): ReactNode {
  const { t, language } = useText();
  return more && <p className="muted small" role="status">{t("orders.kept", { count: orders.length.toLocaleString(language) })}</p>;
}
