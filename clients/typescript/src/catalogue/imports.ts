// Imports of a catalogue: the answer of a small file is its result, a large one is followed until its job has ended.
import { MetaiaError } from "../errors.js";
import { sleep, type Rest } from "../http.js";
import { platformRandom, randomId } from "../random.js";
import type { CatalogueImport, ImportOptions, ImportResult } from "./types.js";

export interface Imports {
  /** Change the catalogue by a CSV file, or only check it. Any error in the file means that nothing changes. */
  importCsv(file: Blob, options?: ImportOptions): Promise<ImportResult>;
  /** Large imports of the last 30 days, the newest first. */
  imports(filter?: { partnerId?: string; cursor?: string; limit?: number }, signal?: AbortSignal): Promise<{ imports: CatalogueImport[]; nextCursor: string | null }>;
  /** Wait for the end of a large import. Rejects with its problem if it has failed. */
  followImport(one: CatalogueImport, options?: Pick<ImportOptions, "onProgress" | "signal">): Promise<ImportResult>;
}

const PATIENCE = 60_000; // ms for a file
const PAUSE = 1000; // ms between two questions
const PATH = "/api/products/import";

export function createImports(rest: Rest): Imports {
  async function followImport(one: CatalogueImport, { onProgress, signal }: Pick<ImportOptions, "onProgress" | "signal"> = {}): Promise<ImportResult> {
    onProgress?.(one);
    while (one.state === "waiting" || one.state === "running") {
      await sleep(PAUSE, signal);
      one = (await rest.send("get", `${PATH}s/${one.id}`, { signal })).data.import;
      onProgress?.(one);
    }
    if (one.problem) throw new MetaiaError(422, one.problem.code, one.problem.message, one.problem.details);
    return one.result!;
  }

  return {
    async importCsv(file, { dryRun = false, mode = "upsert", ...following } = {}) {
      const { data } = await rest.send("post", PATH, {
        raw: file, query: { dryRun, mode }, headers: { "Content-Type": "text/csv" }, key: randomId(platformRandom), timeout: PATIENCE,
      });
      return data.import ? followImport(data.import, following) : data;
    },
    async imports(filter = {}, signal) {
      const { data, meta } = await rest.send("get", `${PATH}s`, { query: { ...filter }, signal });
      return { imports: data.imports, nextCursor: meta.nextCursor ?? null };
    },
    followImport,
  };
}
