import type { Page } from "../../app/pages.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { Preferences } from "../common/preferences.js";
import { MyOrders } from "./orders.js";
import { PlaceOrder } from "./place.js";

export const customerPages: Page[] = [
  { path: "/", title: "nav.my_orders", icon: "bag", view: () => <MyOrders title="nav.my_orders" /> },
  { path: "/order", title: "nav.place", icon: "plus", view: () => <PlaceOrder /> },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: () => <Preferences /> },
  { path: "/orders/:id", view: ({ id }) => <OrderPage key={id} id={id!} /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
