// Views of the console, bundled as they are served, in an empty page.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const CONSOLE = fileURLToPath(new URL("../../console/", import.meta.url));

/** Return the script of clients/console/test/<name>.tsx; its functions are `window.drawn`. */
export async function bundled(name: string): Promise<string> {
  const { settings } = await import(`${CONSOLE}settings.mjs` as string);
  // as one script: parts that load on demand are in it
  const entry = { entryPoints: [`test/${name}.tsx`], format: "iife", globalName: "drawn", write: false, logLevel: "error" };
  return `${(await build({ ...settings, ...entry })).outputFiles![0]!.text};window.drawn = drawn`;
}

/** Return the window of an empty page that runs scripts and draws frames. */
export async function page(): Promise<any> {
  const { JSDOM } = await import("jsdom" as string);
  const body = '<!doctype html><title>console</title><div id="console"></div>';
  return new JSDOM(body, { url: "http://server.example/", pretendToBeVisual: true, runScripts: "outside-only" }).window;
}
