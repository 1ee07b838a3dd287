import type { Page } from "../../app/pages.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { Preferences } from "../common/preferences.js";
import { MyOrders } from "../customer/orders.js";
import { WithAlerts } from "./alerts.js";
import { Board } from "./board.js";

export const partnerPages: Page[] = [
  { path: "/", title: "nav.board", icon: "board", view: () => <WithAlerts><Board /></WithAlerts> },
  { path: "/all", title: "nav.orders", icon: "list", view: () => <WithAlerts><MyOrders title="nav.orders" /></WithAlerts> },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: () => <WithAlerts><Preferences /></WithAlerts> },
  { path: "/orders/:id", view: ({ id }) => <WithAlerts><OrderPage key={id} id={id!} /></WithAlerts> },
  { path: "/notifications", view: () => <WithAlerts><NotificationsPage /></WithAlerts> },
];
