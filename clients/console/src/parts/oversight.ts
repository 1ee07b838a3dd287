// Shops for staff: approvals, reported reviews; their texts in both languages.
import "../main.js";
export { OversightPage } from "../pages/oversight/shops.js";
export { ReportedReviewsPage } from "../pages/oversight/reviews.js";
