// The support desk: conversations of others, reports; its texts in both languages.
import "../main.js";
export { DeskPage } from "../pages/desk/page.js";
export { ReportsPage } from "../pages/desk/reports.js";
