import type { Page } from "../../app/pages.js";
import { ADMINS } from "../../app/roles.js";
import { NotificationsPage } from "../common/notifications.js";
import { OrderPage } from "../common/order.js";
import { AuditLog } from "./audit.js";
import { CampaignPage } from "./campaign.js";
import { Campaigns } from "./campaigns.js";
import { Live } from "./live.js";
import { MapPage } from "./map.js";
import { Messages } from "./messages.js";
import { AllOrders } from "./orders.js";
import { People } from "./people.js";
import { PersonPage } from "./person.js";
import { Suppressions } from "./suppressions.js";
import { TracePage } from "./trace.js";
import { Webhooks } from "./webhooks.js";

export const staffPages: Page[] = [
  { path: "/", title: "nav.orders", icon: "list", view: () => <AllOrders /> },
  { path: "/orders/:id", view: ({ id }) => <OrderPage key={id} id={id!} /> },
  { path: "/live", title: "nav.live", icon: "chart", view: () => <Live /> },
  { path: "/map", title: "nav.map", icon: "map", roles: ADMINS, view: () => <MapPage /> },
  { path: "/people", title: "nav.people", icon: "people", view: () => <People /> },
  { path: "/people/:id", view: ({ id }) => <PersonPage key={id} id={id!} /> },
  { path: "/messages", title: "nav.messages", icon: "send", view: () => <Messages /> },
  { path: "/messages/to/:id", view: ({ id }) => <Messages key={id} userId={id!} /> },
  { path: "/messages/campaign/:id", view: ({ id }) => <Messages key={id} campaignId={id!} /> },
  { path: "/messages/:id", view: ({ id }) => <TracePage key={id} id={id!} /> },
  { path: "/campaigns", title: "nav.campaigns", icon: "horn", roles: ADMINS, view: () => <Campaigns /> },
  { path: "/campaigns/:id", roles: ADMINS, view: ({ id }) => <CampaignPage key={id} id={id!} /> },
  { path: "/suppressions", title: "nav.suppressions", icon: "stop", view: () => <Suppressions /> },
  { path: "/webhooks", title: "nav.webhooks", icon: "hook", view: () => <Webhooks /> },
  { path: "/audit", title: "nav.audit", icon: "shield", roles: ADMINS, view: () => <AuditLog /> },
  { path: "/notifications", view: () => <NotificationsPage /> },
];
