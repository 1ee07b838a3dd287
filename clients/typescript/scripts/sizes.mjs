// node scripts/sizes.mjs: prints the size of each entry as JSON: bytes after bundling, minifying and gzip -9.
// An entry that builds on `.` counts what it adds to it. React is the application's own.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";

async function size(...entries) {
  const contents = entries.map((entry, n) => `import * as e${n} from "./dist/${entry}"; console.log(e${n});`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    external: ["react", "react/jsx-runtime"],
    write: false,
    logLevel: "error",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const whole = await size("index.js");
console.log(
  JSON.stringify({
    ".": whole,
    "./core": await size("core.js"),
    "./react": (await size("index.js", "react/index.js")) - whole,
    "./media": (await size("index.js", "media/index.js")) - whole,
    "./media/react": (await size("index.js", "react/index.js", "media/react.js")) - (await size("index.js", "react/index.js")),
    "./finance": (await size("index.js", "finance/index.js")) - whole,
    "./finance/react": (await size("index.js", "react/index.js", "finance/react.js")) - (await size("index.js", "react/index.js")),
    "./payments": (await size("index.js", "payments/index.js")) - whole,
    "./payments/react": (await size("index.js", "react/index.js", "payments/react.js")) - (await size("index.js", "react/index.js")),
    "./bookings": (await size("index.js", "bookings/index.js")) - whole,
    "./bookings/react": (await size("index.js", "react/index.js", "bookings/react.js")) - (await size("index.js", "react/index.js")),
    "./payouts": (await size("index.js", "payouts/index.js")) - whole,
    "./disputes": (await size("index.js", "disputes/index.js")) - whole,
    "./operations": (await size("index.js", "operations/index.js")) - whole,
    "./chat": (await size("index.js", "chat/index.js")) - whole,
    "./chat/react": (await size("index.js", "react/index.js", "chat/react.js")) - (await size("index.js", "react/index.js")),
    "./offers": (await size("index.js", "offers/index.js")) - whole,
    "./offers/react": (await size("index.js", "react/index.js", "offers/react.js")) - (await size("index.js", "react/index.js")),
    "./deals": (await size("index.js", "deals/index.js")) - whole,
    "./deals/react": (await size("index.js", "react/index.js", "deals/react.js")) - (await size("index.js", "react/index.js")),
    "./shops": (await size("index.js", "shops/index.js")) - whole,
    "./shops/react": (await size("index.js", "react/index.js", "shops/react.js")) - (await size("index.js", "react/index.js")),
    "./catalogue": (await size("index.js", "catalogue/index.js")) - whole,
    "./couriers": (await size("index.js", "couriers/index.js")) - whole,
    "./couriers/react": (await size("index.js", "react/index.js", "couriers/react.js")) - (await size("index.js", "react/index.js")),
    "./analytics": (await size("index.js", "analytics/index.js")) - whole,
    "./analytics/react": (await size("index.js", "react/index.js", "analytics/react.js")) - (await size("index.js", "react/index.js")),
    "./reviews": (await size("index.js", "reviews/index.js")) - whole,
    "./reviews/react": (await size("index.js", "react/index.js", "reviews/react.js")) - (await size("index.js", "react/index.js")),
    "./webhooks": (await size("index.js", "webhooks/index.js")) - whole,
    "./system": (await size("index.js", "system/index.js")) - whole,
    "./announcements": (await size("index.js", "announcements/index.js")) - whole,
    "./search": (await size("index.js", "search/index.js")) - whole,
    "./native": (await size("index.js", "native.js")) - whole,
    "./timing": await size("timing/index.js"),
    "./timing/react": await size("timing/react.js"),
  }),
);
