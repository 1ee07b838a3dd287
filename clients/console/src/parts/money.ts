// Money: one's own account, and the books for staff.
import "../main.js";
export { BooksPage } from "../pages/money/books.js";
export { MoneyPage } from "../pages/money/own.js";
