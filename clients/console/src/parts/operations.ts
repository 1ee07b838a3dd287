// Bulk operations of admins; their texts in both languages.
import "../main.js";
export { Bar } from "../pages/operations/bar.js";
export { OperationsPage as Operations } from "../pages/operations/list.js";
export { OperationPage as Operation } from "../pages/operations/page.js";
