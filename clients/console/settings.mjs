// How esbuild bundles the console. Preact takes React's place: it is a third of its size.
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const here = fileURLToPath(new URL(".", import.meta.url));
const client = join(here, "../typescript/src");
const own = (name) => join(here, "node_modules", name);

export const settings = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  preserveSymlinks: true,
  logLevel: "warning",
  alias: {
    // not index.ts: its `socketService` is made when it is imported, with all transports
    "@metaia/client": join(client, "core.ts"),
    "@metaia/client/react": join(client, "react/index.ts"),
    "@metaia/client/media": join(client, "media/index.ts"),
    "@metaia/client/media/react": join(client, "media/react.ts"),
    "@metaia/client/finance": join(client, "finance/index.ts"),
    "@metaia/client/finance/react": join(client, "finance/react.ts"),
    "@metaia/client/payments": join(client, "payments/index.ts"),
    "@metaia/client/payments/react": join(client, "payments/react.ts"),
    "@metaia/client/operations": join(client, "operations/index.ts"),
    "@metaia/client/bookings": join(client, "bookings/index.ts"),
    "@metaia/client/bookings/react": join(client, "bookings/react.ts"),
    "@metaia/client/chat": join(client, "chat/index.ts"),
    "@metaia/client/chat/react": join(client, "chat/react.ts"),
    "@metaia/client/offers": join(client, "offers/index.ts"),
    "@metaia/client/offers/react": join(client, "offers/react.ts"),
    "@metaia/client/deals": join(client, "deals/index.ts"),
    "@metaia/client/deals/react": join(client, "deals/react.ts"),
    "@metaia/client/shops": join(client, "shops/index.ts"),
    "@metaia/client/shops/react": join(client, "shops/react.ts"),
    "@metaia/client/catalogue": join(client, "catalogue/index.ts"),
    "@metaia/client/couriers": join(client, "couriers/index.ts"),
    "@metaia/client/couriers/react": join(client, "couriers/react.ts"),
    "@metaia/client/webhooks": join(client, "webhooks/index.ts"),
    "@metaia/client/analytics": join(client, "analytics/index.ts"),
    "@metaia/client/analytics/react": join(client, "analytics/react.ts"),
    "@metaia/client/announcements": join(client, "announcements/index.ts"),
    "@metaia/client/search": join(client, "search/index.ts"),
    "@metaia/client/reviews": join(client, "reviews/index.ts"),
    "@metaia/client/system": join(client, "system/index.ts"),
    "@metaia/client/reviews/react": join(client, "reviews/react.ts"),
    "@metaia/client/shipments": join(client, "shipments/index.ts"),
    "@metaia/client/shipments/react": join(client, "shipments/react.ts"),
    thumbhash: own("thumbhash/thumbhash.js"),
    react: own("preact/compat"),
    "react-dom": own("preact/compat"),
    "react/jsx-runtime": own("preact/jsx-runtime"),
    "preact/jsx-runtime": own("preact/jsx-runtime"),
    preact: own("preact"),
    "zustand/vanilla": own("zustand/esm/vanilla.mjs"),
    "socket.io-client": own("socket.io-client/build/esm/index.js"),
  },
};
