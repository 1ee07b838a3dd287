// Storage in a file, for programs on Node: the cursor and the session survive a restart.
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Storage } from "./storage.js";

/** Return a storage in the JSON file `path`, which only its owner may read: it holds the refresh token. */
export function fileStorage(path: string): Storage {
  let values: Record<string, string> | undefined;
  let chain: Promise<unknown> = Promise.resolve();

  async function load(): Promise<Record<string, string>> {
    values ??= JSON.parse(await readFile(path, "utf8").catch(missing)) as Record<string, string>;
    return values;
  }

  /** Change the values and write them: all or nothing, one after the other. */
  function change(edit: (all: Record<string, string>) => void): Promise<void> {
    const done = chain.then(async () => {
      const all = await load();
      edit(all);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(all), { mode: 0o600 });
      await chmod(`${path}.new`, 0o600);
      await rename(`${path}.new`, path);
    });
    chain = done.catch(() => undefined);
    return done;
  }

  return {
    get: async (key) => (await load())[key] ?? null,
    set: (key, value) => change((all) => (all[key] = value)),
    delete: (key) => change((all) => delete all[key]),
  };
}

function missing(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "{}";
  throw error;
}
