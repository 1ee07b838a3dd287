import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Some tests import the console's code, which imports the client by its name.
const entry = (find: RegExp, path: string) => ({ find, replacement: fileURLToPath(new URL(path, import.meta.url)) });
const client = [entry(/^@metaia\/client$/, "./src/index.ts"), entry(/^@metaia\/client\/search$/, "./src/search/index.ts")];

export default defineConfig({ resolve: { alias: client }, test: { include: ["test/**/*.test.{ts,tsx}"], testTimeout: 10_000 } });
