// Around bookings: the waiting list, the feed for calendar programs, figures; their texts in both languages.
import "../main.js";
export { FeedPage } from "../pages/planning/feed.js";
export { FiguresPage } from "../pages/planning/figures.js";
export { WaitingPage } from "../pages/planning/waiting.js";
