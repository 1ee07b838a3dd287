// Imports of catalogues: a small file is answered at once, a large one is followed until its job has ended.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { catalogueOf } from "../src/catalogue/index.js";
import { client, ok, problem } from "./fake.js";

const file = new Blob(["name,price\nShirt,1\n"]);
const result = { applied: true, created: 1, updated: 0, unchanged: 0, errors: [] };
const one = (state: string, done: number, more = {}) => ({ id: "i1", state, done, total: 600, result: null, problem: null, ...more });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server whose job is in these states, one after the other. */
function setup(...states: object[]) {
  const given = client();
  given.server.routes["POST /api/products/import"] = () => ok({ import: one("waiting", 0) });
  given.server.routes["GET /api/products/imports/i1"] = () => ok({ import: states.length > 1 ? states.shift() : states[0] });
  return { ...given, catalogue: catalogueOf(given.metaia) };
}

test("a small file has its result at once", async () => {
  const { catalogue, server } = setup();
  server.routes["POST /api/products/import"] = () => ok(result);
  const onProgress = vi.fn();
  expect(await catalogue.importCsv(file, { onProgress })).toEqual(result);
  expect(onProgress).not.toHaveBeenCalled();
});

test("a large file is followed until its job has ended", async () => {
  const { catalogue } = setup(one("running", 250), one("done", 600, { result }));
  const seen: number[] = [];
  const found = catalogue.importCsv(file, { onProgress: ({ done }) => void seen.push(done) });
  await vi.runAllTimersAsync();
  expect(await found).toEqual(result);
  expect(seen).toEqual([0, 250, 600]);
});

test("an import that has failed rejects with its problem", async () => {
  const { catalogue } = setup(one("failed", 0, { problem: { code: "catalogue_limit", message: "Too many.", details: {} } }));
  const found = expect(catalogue.importCsv(file, { dryRun: true })).rejects.toMatchObject({ code: "catalogue_limit" });
  await vi.runAllTimersAsync();
  await found;
});

test("waiting ends with its signal, and another page goes on with the newest import", async () => {
  const { catalogue, server } = setup(one("running", 250), one("done", 600, { result }));
  const leaving = new AbortController();
  const ended = expect(catalogue.importCsv(file, { signal: leaving.signal })).rejects.toMatchObject({ code: "aborted" });
  await vi.advanceTimersByTimeAsync(10);
  leaving.abort();
  await ended;
  server.routes["GET /api/products/imports"] = () => ok({ imports: [one("running", 250)] }, { nextCursor: null });
  const [newest] = (await catalogue.imports({ limit: 1 })).imports;
  const found = catalogue.followImport(newest!);
  await vi.runAllTimersAsync();
  expect(await found).toEqual(result);
  server.routes["POST /api/products/import"] = () => problem(409, "import_running", { importId: "i1" });
  await expect(catalogue.importCsv(file)).rejects.toMatchObject({ code: "import_running", details: { importId: "i1" } });
});
