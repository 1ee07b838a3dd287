// Money: one's own account, and the books for staff.
import "../main.js";
export { BooksPage } from "../pages/money/books.js";
// payouts.js takes these from here: esbuild makes no script of its own for what two parts share
export { usePositions } from "@metaia/client/finance/react";
export { useRows } from "../pages/money/books.js";
export { Pages } from "../pages/money/table.js";
export { MoneyPage } from "../pages/money/own.js";
