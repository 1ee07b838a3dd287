// node bundle.mjs PROJECT ENTRY PLATFORM OUT: bundles ENTRY as a React Native app does, with Metro's and the preset's defaults.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import Metro from "metro";

const [projectRoot, entry, platform, out] = process.argv.slice(2);
const { resolve } = createRequire(import.meta.url);
const base = await Metro.loadConfig({ cwd: projectRoot, projectRoot });
const config = {
  ...base,
  projectRoot,
  watchFolders: [projectRoot, dirname(dirname(dirname(dirname(resolve("metro-runtime/src/polyfills/require")))))],
  reporter: { update() {} },
  cacheStores: [],
  resolver: { ...base.resolver, useWatchman: false, unstable_conditionNames: ["require", "import", "react-native"] },
  transformer: {
    ...base.transformer,
    babelTransformerPath: resolve("@react-native/metro-babel-transformer"),
    asyncRequireModulePath: resolve("metro-runtime/src/modules/asyncRequire"),
    enableBabelRuntime: false,
  },
};
await Metro.runBuild(config, { entry, platform, out, dev: false, minify: false });
