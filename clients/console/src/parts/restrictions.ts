// Users that must not write in chat; its texts in both languages.
import "../main.js";
export { Restrictions } from "../pages/restrictions/list.js";
