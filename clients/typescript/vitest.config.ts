import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Some tests import the console's code, which imports the client by its name.
const client = { find: /^@metaia\/client$/, replacement: fileURLToPath(new URL("./src/index.ts", import.meta.url)) };

export default defineConfig({ resolve: { alias: [client] }, test: { include: ["test/**/*.test.{ts,tsx}"], testTimeout: 10_000 } });
