// The theatre, and the map of events, which it shows as a strip.
import "../main.js";
export { MapPage } from "../pages/map/page.js";
export { Theatre } from "../pages/theatre/index.js";
