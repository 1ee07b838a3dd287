// Outgoing webhooks: endpoints, their deliveries and attempts; their texts in both languages.
import "../main.js";
export { EndpointsPage } from "../pages/endpoints/page.js";
