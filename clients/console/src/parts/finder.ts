// The search across all types; its texts in both languages.
import "../main.js";
export { FinderDialog } from "../pages/finder/dialog.js";
