// Payments: how an order is paid and what was paid, and the pages of staff; their texts in both languages.
import "../main.js";
export { paymentsOf } from "@metaia/client/payments";
export { MethodChoice } from "../pages/payments/choice.js";
export { OrderMoney, PayBooking } from "../pages/payments/order.js";
export { PaymentsPage } from "../pages/payments/list.js";
export { PaymentPage } from "../pages/payments/one.js";
