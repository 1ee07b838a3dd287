import type { Page } from "../../app/pages.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "../customer/orders.js";

export const staffPages: Page[] = [
  { path: "/", title: "nav.orders", icon: "list", view: () => <MyOrders /> },
  { path: "/orders/:id", view: ({ id }) => <OrderPage id={id!} /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
