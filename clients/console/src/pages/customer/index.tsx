import type { Page } from "../../app/pages.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "./orders.js";

export const customerPages: Page[] = [
  { path: "/", title: "nav.my_orders", icon: "bag", view: () => <MyOrders /> },
  { path: "/orders/:id", view: ({ id }) => <OrderPage id={id!} /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
