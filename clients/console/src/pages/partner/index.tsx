import type { Page } from "../../app/pages.js";
import { pageOf } from "../../app/part.js";
import { files, money, preferences } from "../../app/parts.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "../customer/orders.js";
import { WithAlerts } from "./alerts.js";
import { Board } from "./board.js";

const filesPage = pageOf(files)(({ FilesPage }) => <FilesPage />);
const moneyPage = pageOf(money)(({ MoneyPage }) => <MoneyPage />);
const preferencesPage = pageOf(preferences)(({ Preferences }) => <Preferences />);

export const partnerPages: Page[] = [
  { path: "/", title: "nav.board", icon: "board", view: () => <WithAlerts><Board /></WithAlerts> },
  { path: "/all", title: "nav.orders", icon: "list", view: () => <WithAlerts><MyOrders title="nav.orders" /></WithAlerts> },
  { path: "/files", title: "nav.files", icon: "image", view: (values) => <WithAlerts>{filesPage(values)}</WithAlerts> },
  { path: "/money", title: "nav.money", icon: "money", view: (values) => <WithAlerts>{moneyPage(values)}</WithAlerts> },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: (values) => <WithAlerts>{preferencesPage(values)}</WithAlerts> },
  { path: "/orders/:id", view: ({ id }) => <WithAlerts><OrderPage key={id} id={id!} /></WithAlerts> },
  { path: "/notifications", view: () => <WithAlerts><NotificationsPage /></WithAlerts> },
];
