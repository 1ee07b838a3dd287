// Bundles the console into metaia/console/live/bundle/. Preact takes React's place: it is a third of its size.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const out = join(root, "metaia/console/live/bundle");
const client = join(root, "clients/typescript/src");
const own = (name) => join(here, "node_modules", name);

await build({
  absWorkingDir: here,
  entryPoints: { console: "src/main.tsx" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  preserveSymlinks: true,
  logLevel: "warning",
  alias: {
    "@metaia/client": join(client, "index.ts"),
    "@metaia/client/react": join(client, "react/index.ts"),
    react: own("preact/compat"),
    "react-dom": own("preact/compat"),
    "react/jsx-runtime": own("preact/jsx-runtime"),
    "preact/jsx-runtime": own("preact/jsx-runtime"),
    preact: own("preact"),
    "zustand/vanilla": own("zustand/esm/vanilla.mjs"),
    "socket.io-client": own("socket.io-client/build/esm/index.js"),
  },
});

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
sources.push(join(here, "build.mjs"), join(here, "package-lock.json"));
const names = sources.map((path) => relative(root, path).replaceAll("\\", "/")).sort();
const whole = createHash("sha256");
for (const name of names) {
  const content = readFileSync(join(root, name));
  whole.update(`${name} ${content.length} `).update(content);
}
writeFileSync(join(out, "sources.sha256"), `${whole.digest("hex")}\n`);
