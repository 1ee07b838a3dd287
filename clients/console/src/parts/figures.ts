// Figures of the marketplace for staff, with charts, what is behind each value, and their texts in both languages.
import "../main.js";
export { FiguresPage } from "../pages/figures/page.js";
