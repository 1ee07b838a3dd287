// Cash that couriers carry and hand over, for staff; its texts in both languages.
import "../main.js";
export { CashPage } from "../pages/cash/page.js";
