import type { Page } from "../../app/pages.js";
import { Loaded, pageOf } from "../../app/part.js";
import { bookings, chat, files, money, offers, planning, preferences, shops } from "../../app/parts.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { MyOrders } from "./orders.js";
import { PlaceOrder } from "./place.js";

const booking = pageOf(bookings);
const offer = pageOf(offers);
const shop = pageOf(shops);

const chatPage = pageOf(chat)(({ ChatPage }, { id }) => <ChatPage id={id} />);

export const customerPages: Page[] = [
  { path: "/", title: "nav.my_orders", icon: "bag", view: () => <MyOrders title="nav.my_orders" /> },
  { path: "/shops", title: "nav.shops", icon: "board", view: shop(({ ShopsPage }) => <ShopsPage />) },
  { path: "/shops/:id", view: shop(({ ShopPage }, { id }) => <ShopPage key={id} id={id!} />) },
  { path: "/order", title: "nav.place", icon: "plus", view: () => <PlaceOrder /> },
  { path: "/bookings", title: "nav.bookings", icon: "clock", view: booking(({ BookingsPage }) => <BookingsPage />) },
  { path: "/bookings/new", view: booking(({ NewBooking }) => <NewBooking />) },
  { path: "/bookings/waiting", view: booking(() => <Loaded part={planning} show={({ WaitingPage }) => <WaitingPage />} />) },
  { path: "/bookings/feed", view: booking(() => <Loaded part={planning} show={({ FeedPage }) => <FeedPage />} />) },
  { path: "/bookings/:id", view: booking(({ BookingPage }, { id }) => <BookingPage key={id} id={id!} />) },
  { path: "/chat", title: "nav.chat", icon: "chat", unread: true, view: chatPage },
  { path: "/chat/:id", view: chatPage },
  { path: "/offers", title: "nav.offers", icon: "offer", view: offer(({ OffersPage }) => <OffersPage />) },
  { path: "/offers/new", view: offer(({ NewOfferPage }) => <NewOfferPage />) },
  { path: "/offers/:id", view: offer(({ OfferPage }, { id }) => <OfferPage key={id} id={id!} />) },
  { path: "/deals", view: offer(({ DealsPage }) => <DealsPage />) },
  { path: "/deals/:id", view: offer(({ DealPage }, { id }) => <DealPage key={id} id={id!} />) },
  { path: "/files", title: "nav.files", icon: "image", view: pageOf(files)(({ FilesPage }) => <FilesPage />) },
  { path: "/money", title: "nav.money", icon: "money", view: pageOf(money)(({ MoneyPage }) => <MoneyPage />) },
  { path: "/preferences", title: "nav.preferences", icon: "gear", view: pageOf(preferences)(({ Preferences }) => <Preferences />) },
  { path: "/orders/:id", view: ({ id }) => <OrderPage key={id} id={id!} /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
