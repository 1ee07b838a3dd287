// Bundles the console into metaia/console/live/bundle/.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { settings } from "./settings.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const out = join(root, "metaia/console/live/bundle");
const client = join(root, "clients/typescript/src");

// shared.js has what two parts need. There is one: a second one would have the same name, and then esbuild fails.
for (const name of readdirSync(out)) if (/\.(js|css)$/.test(name)) rmSync(join(out, name));
await build({
  ...settings,
  entryPoints: ["main.tsx", ...["staff", "theatre", "files", "money", "payments", "bookings", "calendar", "disputes", "payouts", "preferences", "planning", "cash", "chat", "offers", "desk", "groups", "restrictions", "shops", "catalogue", "courier", "oversight", "figures", "storefront", "checkout", "fleet", "endpoints", "parcels", "system", "operations", "announcements", "finder"].map((name) => `parts/${name}.ts`)].map((path) => ({
    in: `src/${path}`,
    out: path.split("/").at(-1).replace(/\.tsx?$/, ""),
  })),
  splitting: true,
  chunkNames: "shared",
  outdir: out,
});
// tokens.css is for rq-dashboard, which has the same colours; the others load with the scripts of their names.
const alone = { console: "src/boot.ts", hi: "src/text/hi.json", tokens: "src/styles/tokens.css", bookings: "src/styles/bookings.css", chat: "src/styles/chat.css", offers: "src/styles/offers.css", shops: "src/styles/shops.css", catalogue: "src/styles/catalogue.css", courier: "src/styles/courier.css", storefront: "src/styles/storefront.css", announcements: "src/styles/announcements.css" };
await build({ ...settings, entryPoints: alone, external: ["./main.js"], outdir: out });

// tests/console/test_bundle.py compares: it needs no Node.
const sources = [];
const collect = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path);
    else sources.push(path);
  }
};
collect(join(here, "src"));
collect(client);
for (const name of ["build.mjs", "settings.mjs", "package-lock.json"]) sources.push(join(here, name));
const names = sources.map((path) => relative(root, path).replaceAll("\\", "/")).sort();
const whole = createHash("sha256");
for (const name of names) {
  const content = readFileSync(join(root, name));
  whole.update(`${name} ${content.length} `).update(content);
}
writeFileSync(join(out, "sources.sha256"), `${whole.digest("hex")}\n`);
