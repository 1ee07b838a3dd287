// Groups: making one, its name and people; its texts in both languages. They open from conversations, so chat.js has loaded.
import "../main.js";
export { GroupDialog } from "../pages/groups/group.js";
export { NewGroup } from "../pages/groups/new.js";
