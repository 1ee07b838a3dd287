// Announcements: the banner of those that are live, and the page of admins; their texts in both languages.
import "../main.js";
export { AnnouncementsPage } from "../pages/announcements/page.js";
export { Banner } from "../pages/announcements/banner.js";
