// The list is in the first script; its pages load when one of them is opened.
import type { Page } from "../../app/pages.js";
import { Loaded, pageOf } from "../../app/part.js";
import { announcements, bookings, cash, chat, desk, disputes, endpoints, figures, files, money, offers, operations, oversight, parcels, payments, payouts, planning, staff, system, theatre } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";

const page = pageOf(staff);
const offer = pageOf(offers);

export const staffPages: Page[] = [
  { path: "/", title: "nav.orders", icon: "list", view: page(({ AllOrders }) => <AllOrders />) },
  { path: "/orders/:id", view: ({ id }) => <OrderPage key={id} id={id!} /> },
  { path: "/bookings", title: "nav.bookings", icon: "clock", view: pageOf(bookings)(({ BookingsPage }) => <BookingsPage />) },
  { path: "/bookings/figures", view: pageOf(bookings)(() => <Loaded part={planning} show={({ FiguresPage }) => <FiguresPage />} />) },
  { path: "/bookings/:id", view: pageOf(bookings)(({ BookingPage }, { id }) => <BookingPage key={id} id={id!} />) },
  { path: "/desk", title: "nav.desk", icon: "chat", unread: true, view: page(() => <Loaded part={chat} show={() => <Loaded part={desk} show={({ DeskPage }) => <DeskPage />} />} />) },
  { path: "/desk/reports", view: page(() => <Loaded part={chat} show={() => <Loaded part={desk} show={({ ReportsPage }) => <ReportsPage />} />} />) },
  { path: "/chat", view: pageOf(chat)(({ ChatPage }) => <ChatPage />) },
  { path: "/chat/:id", view: pageOf(chat)(({ ChatPage }, { id }) => <ChatPage id={id} />) },
  { path: "/offers", title: "nav.offers", icon: "offer", view: offer(({ OffersPage }) => <OffersPage />) },
  { path: "/offers/:id", view: offer(({ OfferPage }, { id }) => <OfferPage key={id} id={id!} />) },
  { path: "/deals", view: offer(({ DealsPage }) => <DealsPage />) },
  { path: "/deals/:id", view: offer(({ DealPage }, { id }) => <DealPage key={id} id={id!} />) },
  { path: "/shops", title: "nav.shops", icon: "bag", view: page(() => <Loaded part={oversight} show={({ OversightPage }) => <OversightPage />} />) },
  { path: "/shops/reviews", view: page(() => <Loaded part={oversight} show={({ ReportedReviewsPage }) => <ReportedReviewsPage />} />) },
  { path: "/shops/deliveries", view: page(() => <Loaded part={oversight} show={({ DeliveriesPage }) => <DeliveriesPage />} />) },
  { path: "/shops/parcels", view: page(() => <Loaded part={parcels} show={({ ParcelsPage }) => <ParcelsPage />} />) },
  { path: "/figures", title: "nav.figures", icon: "chart", view: page(() => <Loaded part={figures} show={({ FiguresPage }) => <FiguresPage />} />) },
  { path: "/live", title: "nav.live", icon: "chart", view: page(({ Live }) => <Live />) },
  { path: "/system", title: "nav.system", icon: "gear", view: page(() => <Loaded part={system} show={({ StatsPage }) => <StatsPage />} />) },
  { path: "/system/performance", view: page(() => <Loaded part={system} show={({ PerformancePage }) => <PerformancePage />} />) },
  { path: "/system/errors", view: page(() => <Loaded part={system} show={({ ErrorsPage }) => <ErrorsPage />} />) },
  { path: "/system/errors/:id", view: page((_, { id }) => <Loaded part={system} show={({ ErrorPage }) => <ErrorPage key={id} fingerprint={id!} />} />) },
  { path: "/system/log", roles: ADMINS, view: page(() => <Loaded part={system} show={({ LogPage }) => <LogPage />} />) },
  { path: "/map", title: "nav.map", icon: "map", roles: ADMINS, view: pageOf(theatre)(({ MapPage }) => <MapPage />) },
  { path: "/people", title: "nav.people", icon: "people", view: page(({ People }) => <People />) },
  { path: "/people/:id", view: page(({ PersonPage }, { id }) => <PersonPage key={id} id={id!} />) },
  { path: "/files/:id", view: pageOf(files)(({ TheirFiles }, { id }) => <TheirFiles key={id} id={id!} />) },
  { path: "/messages", title: "nav.messages", icon: "send", view: page(({ Messages }) => <Messages />) },
  { path: "/messages/to/:id", view: page(({ Messages }, { id }) => <Messages key={id} userId={id!} />) },
  { path: "/messages/campaign/:id", view: page(({ Messages }, { id }) => <Messages key={id} campaignId={id!} />) },
  { path: "/previews", view: page(({ Previews }) => <Previews />) },
  { path: "/messages/:id", view: page(({ TracePage }, { id }) => <TracePage key={id} id={id!} />) },
  { path: "/campaigns", title: "nav.campaigns", icon: "horn", roles: ADMINS, view: page(({ Campaigns }) => <Campaigns />) },
  { path: "/campaigns/:id", roles: ADMINS, view: page(({ CampaignPage }, { id }) => <CampaignPage key={id} id={id!} />) },
  { path: "/operations", title: "nav.operations", icon: "list", roles: ADMINS, view: page(() => <Loaded part={operations} show={({ Operations }) => <Operations />} />) },
  { path: "/operations/:id", roles: ADMINS, view: page((_, { id }) => <Loaded part={operations} show={({ Operation }) => <Operation key={id} id={id!} />} />) },
  { path: "/announcements", title: "nav.announcements", icon: "bell", roles: ADMINS, view: page(() => <Loaded part={announcements} show={({ AnnouncementsPage }) => <AnnouncementsPage />} />) },
  { path: "/suppressions", title: "nav.suppressions", icon: "stop", view: page(({ Suppressions }) => <Suppressions />) },
  { path: "/queues", title: "nav.queues", icon: "queue", view: page(({ Queues }) => <Queues />) },
  { path: "/dashboard", view: page(({ Dashboard }) => <Dashboard />) },
  { path: "/webhooks", title: "nav.webhooks", icon: "hook", view: page(({ Webhooks }) => <Webhooks />) },
  { path: "/payments", title: "nav.payments", icon: "card", view: page(() => <Loaded part={payments} show={({ PaymentsPage }) => <PaymentsPage />} />) },
  { path: "/payments/disputes", view: page(() => <Loaded part={disputes} show={({ DisputesPage }) => <DisputesPage />} />) },
  { path: "/payments/disputes/:id", view: page((_, { id }) => <Loaded part={disputes} show={({ DisputePage }) => <DisputePage key={id} id={id!} />} />) },
  { path: "/payments/settlements", view: page(() => <Loaded part={disputes} show={({ SettlementsPage }) => <SettlementsPage />} />) },
  { path: "/payments/:id", view: page((_, { id }) => <Loaded part={payments} show={({ PaymentPage }) => <PaymentPage key={id} id={id!} />} />) },
  { path: "/books", title: "nav.books", icon: "money", view: pageOf(money)(({ BooksPage }) => <BooksPage />) },
  { path: "/books/payouts", view: page(() => <Loaded part={payouts} show={({ PayoutsPage }) => <PayoutsPage />} />) },
  { path: "/books/cash", view: page(() => <Loaded part={money} show={() => <Loaded part={cash} show={({ CashPage }) => <CashPage />} />} />) },
  { path: "/webhooks/refusals", view: page(({ WebhookRefusals }) => <WebhookRefusals />) },
  { path: "/webhooks/out", roles: ADMINS, view: page(() => <Loaded part={endpoints} show={({ EndpointsPage }) => <EndpointsPage />} />) },
  { path: "/webhooks/:id", view: page(({ WebhookPage }, { id }) => <WebhookPage key={id} id={id!} />) },
  { path: "/audit", title: "nav.audit", icon: "shield", roles: ADMINS, view: page(({ AuditLog }) => <AuditLog />) },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
