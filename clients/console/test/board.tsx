// A partner's board as the console draws it, with orders that a test changes: clients/typescript/test/board.test.ts bundles it.
import type { Metaia } from "@metaia/client";
import { MetaiaProvider } from "@metaia/client/react";
import { render } from "../src/app/render.js";
import { TextProvider } from "../src/app/text.js";
import { WithAlerts } from "../src/pages/partner/alerts.js";
import { Board } from "../src/pages/partner/board.js";
import { ToastProvider } from "../src/ui/toast.js";

export function draw(client: Metaia): void {
  render(
    <TextProvider>
      <MetaiaProvider client={client}>
        <ToastProvider>
          <WithAlerts><Board /></WithAlerts>
        </ToastProvider>
      </MetaiaProvider>
    </TextProvider>,
    document.getElementById("console")!,
  );
}
