import type { ReactNode } from "react";
import type { Page } from "../../app/pages.js";
import { Loaded, pageOf, type Part } from "../../app/part.js";
import { bookings, calendar, files, money, planning, preferences } from "../../app/parts.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "../customer/orders.js";
import { WithAlerts } from "./alerts.js";
import { Board } from "./board.js";

const bookingPage = pageOf(bookings)(({ BookingPage }, { id }) => <BookingPage key={id} id={id!} />);
/** A page of a part that takes parts of bookings.js. */
const afterBookings = <T,>(part: Part<T>) => (show: (views: T) => ReactNode) =>
  () => <WithAlerts><Loaded part={bookings} show={() => <Loaded part={part} show={show} />} /></WithAlerts>;
const calendarPage = afterBookings(calendar);
const planningPage = afterBookings(planning);
const filesPage = pageOf(files)(({ FilesPage }) => <FilesPage />);
const moneyPage = pageOf(money)(({ MoneyPage }) => <MoneyPage />);
const preferencesPage = pageOf(preferences)(({ Preferences }) => <Preferences />);

export const partnerPages: Page[] = [
  { path: "/", title: "nav.board", icon: "board", view: () => <WithAlerts><Board /></WithAlerts> },
  { path: "/all", title: "nav.orders", icon: "list", view: () => <WithAlerts><MyOrders title="nav.orders" /></WithAlerts> },
  { path: "/bookings", title: "nav.bookings", icon: "clock", view: calendarPage(({ CalendarPage }) => <CalendarPage />) },
  { path: "/bookings/services", view: calendarPage(({ ServicesPage }) => <ServicesPage />) },
  { path: "/bookings/hours", view: calendarPage(({ HoursPage }) => <HoursPage />) },
  { path: "/bookings/figures", view: planningPage(({ FiguresPage }) => <FiguresPage />) },
  { path: "/bookings/feed", view: planningPage(({ FeedPage }) => <FeedPage />) },
  { path: "/bookings/:id", view: (values) => <WithAlerts>{bookingPage(values)}</WithAlerts> },
  { path: "/files", title: "nav.files", icon: "image", view: (values) => <WithAlerts>{filesPage(values)}</WithAlerts> },
  { path: "/money", title: "nav.money", icon: "money", view: (values) => <WithAlerts>{moneyPage(values)}</WithAlerts> },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: (values) => <WithAlerts>{preferencesPage(values)}</WithAlerts> },
  { path: "/orders/:id", view: ({ id }) => <WithAlerts><OrderPage key={id} id={id!} /></WithAlerts> },
  { path: "/notifications", view: () => <WithAlerts><NotificationsPage /></WithAlerts> },
];
