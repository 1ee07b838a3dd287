// Shops for staff: approvals, reported reviews, deliveries without a courier; their texts in both languages.
import "../main.js";
export { DeliveriesPage } from "../pages/oversight/deliveries.js";
export { OversightPage } from "../pages/oversight/shops.js";
export { ReportedReviewsPage } from "../pages/oversight/reviews.js";
