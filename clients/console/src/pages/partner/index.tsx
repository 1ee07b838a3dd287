import type { ReactNode } from "react";
import type { Page } from "../../app/pages.js";
import { Loaded, pageOf, type Part } from "../../app/part.js";
import { bookings, calendar, catalogue, chat, endpoints, files, money, offers, planning, preferences, shops } from "../../app/parts.js";
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
const chatPage = pageOf(chat)(({ ChatPage }, { id }) => <ChatPage id={id} />);
const filesPage = pageOf(files)(({ FilesPage }) => <FilesPage />);
/** A page of offers.js. */
const offer = (show: (views: typeof import("../../parts/offers.js"), values: Record<string, string>) => ReactNode) => {
  const page = pageOf(offers)(show);
  return (values: Record<string, string>) => <WithAlerts>{page(values)}</WithAlerts>;
};
const moneyPage = pageOf(money)(({ MoneyPage }) => <MoneyPage />);
/** A page of catalogue.js. */
const shopPage = (show: (views: typeof import("../../parts/catalogue.js")) => ReactNode) => {
  const page = pageOf(catalogue)(show);
  return (values: Record<string, string>) => <WithAlerts>{page(values)}</WithAlerts>;
};
const profilePage = calendarPage(() => <Loaded part={catalogue} show={({ ProfilePage }) => <ProfilePage />} />);
const reviewsPage = pageOf(shops)(({ OwnReviews }) => <OwnReviews />);
const counterPage = pageOf(shops)(({ CounterPage }) => <CounterPage />);
const endpointsPage = pageOf(endpoints)(({ EndpointsPage }) => <EndpointsPage />);
const preferencesPage = pageOf(preferences)(({ Preferences }) => <Preferences />);

export const partnerPages: Page[] = [
  { path: "/", title: "nav.board", icon: "board", view: () => <WithAlerts><Board /></WithAlerts> },
  { path: "/all", title: "nav.orders", icon: "list", view: () => <WithAlerts><MyOrders title="nav.orders" /></WithAlerts> },
  { path: "/counter", view: (values) => <WithAlerts>{counterPage(values)}</WithAlerts> },
  { path: "/shop", title: "nav.shop", icon: "bag", view: shopPage(({ CataloguePage }) => <CataloguePage />) },
  { path: "/shop/profile", view: profilePage },
  { path: "/shop/extras", view: shopPage(({ ExtrasPage }) => <ExtrasPage />) },
  { path: "/shop/coupons", view: shopPage(({ CouponsPage }) => <CouponsPage />) },
  { path: "/shop/reviews", view: (values) => <WithAlerts>{reviewsPage(values)}</WithAlerts> },
  { path: "/bookings", title: "nav.bookings", icon: "clock", view: calendarPage(({ CalendarPage }) => <CalendarPage />) },
  { path: "/bookings/services", view: calendarPage(({ ServicesPage }) => <ServicesPage />) },
  { path: "/bookings/hours", view: calendarPage(({ HoursPage }) => <HoursPage />) },
  { path: "/bookings/figures", view: planningPage(({ FiguresPage }) => <FiguresPage />) },
  { path: "/bookings/feed", view: planningPage(({ FeedPage }) => <FeedPage />) },
  { path: "/bookings/:id", view: (values) => <WithAlerts>{bookingPage(values)}</WithAlerts> },
  { path: "/chat", title: "nav.chat", icon: "chat", unread: true, view: (values) => <WithAlerts>{chatPage(values)}</WithAlerts> },
  { path: "/chat/:id", view: (values) => <WithAlerts>{chatPage(values)}</WithAlerts> },
  { path: "/offers", title: "nav.offers", icon: "offer", view: offer(({ OffersPage }) => <OffersPage />) },
  { path: "/offers/new", view: offer(({ NewOfferPage }) => <NewOfferPage />) },
  { path: "/offers/:id", view: offer(({ OfferPage }, { id }) => <OfferPage key={id} id={id!} />) },
  { path: "/deals", view: offer(({ DealsPage }) => <DealsPage />) },
  { path: "/deals/:id", view: offer(({ DealPage }, { id }) => <DealPage key={id} id={id!} />) },
  { path: "/files", title: "nav.files", icon: "image", view: (values) => <WithAlerts>{filesPage(values)}</WithAlerts> },
  { path: "/money", title: "nav.money", icon: "money", view: (values) => <WithAlerts>{moneyPage(values)}</WithAlerts> },
  { path: "/webhooks", title: "nav.webhooks", icon: "hook", view: (values) => <WithAlerts>{endpointsPage(values)}</WithAlerts> },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: (values) => <WithAlerts>{preferencesPage(values)}</WithAlerts> },
  { path: "/orders/:id", view: ({ id }) => <WithAlerts><OrderPage key={id} id={id!} /></WithAlerts> },
  { path: "/notifications", view: () => <WithAlerts><NotificationsPage /></WithAlerts> },
];
