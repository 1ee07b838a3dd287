// The preferences of notifications: a page that is opened rarely.
import "../main.js";
export { Preferences } from "../pages/common/preferences.js";
