import type { Page } from "../../app/pages.js";
import { pageOf } from "../../app/part.js";
import { chat, courier, money, offers, preferences } from "../../app/parts.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "../customer/orders.js";
import { Tour } from "./tour.js";

const chatPage = pageOf(chat)(({ ChatPage }, { id }) => <ChatPage id={id} />);

export const deliveryPages: Page[] = [
  { path: "/", title: "nav.tour", icon: "truck", view: () => <Tour /> },
  { path: "/work", title: "nav.work", icon: "map", view: pageOf(courier)(({ CourierPage }) => <CourierPage />) },
  { path: "/all", title: "nav.orders", icon: "list", view: () => <MyOrders title="nav.orders" /> },
  { path: "/chat", title: "nav.chat", icon: "chat", unread: true, view: chatPage },
  { path: "/chat/:id", view: chatPage },
  { path: "/deals", view: pageOf(offers)(({ DealsPage }) => <DealsPage />) },
  { path: "/deals/:id", view: pageOf(offers)(({ DealPage }, { id }) => <DealPage key={id} id={id!} />) },
  { path: "/money", title: "nav.money", icon: "money", view: pageOf(money)(({ MoneyPage }) => <MoneyPage />) },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: pageOf(preferences)(({ Preferences }) => <Preferences />) },
  { path: "/orders/:id", view: ({ id }) => <OrderPage key={id} id={id!} /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
