// Parts of conversations as the console draws them: clients/typescript/test/consoleChat.test.ts bundles it.
import type { Metaia } from "@metaia/client";
import { MetaiaProvider } from "@metaia/client/react";
import type { ReactNode } from "react";
import { render } from "../src/app/render.js";
import { TextProvider } from "../src/app/text.js";
import { files } from "../src/app/parts.js";
import * as views from "../src/parts/files.js";
import { ConversationView } from "../src/pages/chat/conversation.js";
import { ToastProvider } from "../src/ui/toast.js";

files.views = views; // in one script there is nothing to load

function draw(client: Metaia, shown: ReactNode): void {
  render(<TextProvider><MetaiaProvider client={client}><ToastProvider>{shown}</ToastProvider></MetaiaProvider></TextProvider>, document.getElementById("console")!);
}

export const drawConversation = (client: Metaia, id: string): void => draw(client, <ConversationView id={id} />);
