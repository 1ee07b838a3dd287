// Chat: conversations, messages, and what is written; its texts in both languages.
import "../main.js";
export { chatOf } from "@metaia/client/chat";
export { ChatPage } from "../pages/chat/page.js";
export { UnreadCount } from "../pages/chat/unread.js";
// other parts take these from here: esbuild makes no script of its own for what two parts share
export { useChat } from "@metaia/client/chat/react";
export { useTitle } from "../pages/chat/names.js";
export { useChatText } from "../pages/chat/text.js";
