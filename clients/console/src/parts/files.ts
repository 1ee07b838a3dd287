// Files: one's own, a user's for staff, recordings, pictures of orders, and the profile picture.
import "../main.js";
export { mediaOf } from "@metaia/client/media";
export { AvatarDialog } from "../pages/files/avatar.js";
export { ItemPictures, Pictures } from "../pages/files/attached.js";
export { MessageFiles, MessageUploads } from "../pages/files/message.js";
export { FilesPage } from "../pages/files/own.js";
export { TheirFiles } from "../pages/files/theirs.js";
