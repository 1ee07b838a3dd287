// Payouts and credit requests: one's own, and the decisions of staff; their texts in both languages.
import "../main.js";
export { OwnCredit } from "../pages/payouts/credit.js";
export { OwnPayouts } from "../pages/payouts/own.js";
export { PayoutsPage } from "../pages/payouts/page.js";
