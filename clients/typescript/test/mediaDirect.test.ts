import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mediaOf } from "../src/media/index.js";
import { client, media, ok, problem } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const LARGE = 1_048_576;
const SIGN = "/api/upload/sign";
const ADDRESS = { method: "PUT", url: "https://store.example/incoming/1", headers: { "Content-Type": "image/png" }, fields: {}, expiresAt: "2030-01-01T00:00:00Z" };
const file = (size = LARGE, type = "image/png") => new File([new Uint8Array(size)], "menu.png", { type });
const answer = (status: number) => new Response(null, { status });
const store = vi.fn<typeof fetch>();

function setup() {
  const given = client();
  const { routes } = given.server;
  routes["POST /api/upload/sign"] = () => ok({ media: media("m1", 1, "pending"), upload: ADDRESS });
  routes["POST /api/upload/m1/complete"] = () => ok({ media: media("m1", 3) });
  routes["DELETE /api/upload/m1"] = () => ok({ media: media("m1", 2, "deleted") });
  routes["POST /api/upload/image"] = () => ok({ media: media("m2") });
  return { ...given, files: mediaOf(given.metaia) };
}

beforeEach(() => {
  store.mockReset().mockImplementation(async () => answer(204));
  vi.stubGlobal("fetch", store);
});
afterEach(() => vi.unstubAllGlobals());

describe("a large file", () => {
  test("is signed, sent to the store without a token, and completed", async () => {
    const { files, server } = setup();
    const parts: number[] = [];
    const found = await files.upload(file(), { folder: "menu", alt: "Dal", wait: 2, key: "k", onProgress: (part) => parts.push(part) });
    expect(found).toEqual(media("m1", 3));
    expect(files.store.getState().byId["m1"]).toEqual(found);
    const [signed] = server.of(SIGN) as any[];
    expect(JSON.parse(signed.body)).toEqual({ kind: "image", folder: "menu", alt: "Dal", filename: "menu.png", contentType: "image/png", size: LARGE });
    expect(signed.headers["Idempotency-Key"]).toBe("k-sign");
    const [url, init] = store.mock.calls[0]!;
    expect([url, init!.method, init!.headers, (init!.body as File).size]).toEqual([ADDRESS.url, "PUT", ADDRESS.headers, LARGE]);
    expect(server.of("/api/upload/m1/complete")[0]!.path).toBe("/api/upload/m1/complete?wait=2");
    expect(parts).toEqual([0, 1]);
    expect(server.of("/api/upload/image")).toEqual([]);
  });

  test("is a form for a store that wants one", async () => {
    const { files, server } = setup();
    const upload = { ...ADDRESS, method: "POST", headers: {}, fields: { public_id: "incoming/1", signature: "s" } };
    server.routes["POST /api/upload/sign"] = () => ok({ media: media("m1", 1, "pending"), upload });
    await files.upload(file());
    const body = store.mock.calls[0]![1]!.body as FormData;
    expect([...body.keys()]).toEqual(["public_id", "signature", "file"]);
  });

  test("is sent again after a cut line, and once more arrived is enough", async () => {
    const { files, server } = setup();
    const replies = [new TypeError("cut"), answer(503), answer(409)];
    store.mockImplementation(async () => {
      const reply = replies.shift()!;
      if (reply instanceof Error) throw reply;
      return reply;
    });
    expect((await files.upload(file())).id).toBe("m1");
    expect(store).toHaveBeenCalledTimes(3);
    expect(server.of(SIGN)).toHaveLength(1);
  });

  test("that is rejected has the code of the refusal", async () => {
    const { files, server } = setup();
    server.routes["POST /api/upload/m1/complete"] = () => ok({ media: { ...media("m1", 3, "rejected"), reason: "too_many_pixels" } });
    await expect(files.upload(file())).rejects.toMatchObject({ status: 422, code: "too_many_pixels" });
    expect(server.of("/api/upload/image")).toEqual([]);
  });

  test("a signal ends it, and what was reserved is given back", async () => {
    const { files, server } = setup();
    const stop = new AbortController();
    store.mockImplementation((_, init) => new Promise((_, reject) => init!.signal!.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")))));
    const sent = files.upload(file(), { signal: stop.signal });
    await vi.waitFor(() => expect(store).toHaveBeenCalled());
    stop.abort();
    await expect(sent).rejects.toMatchObject({ code: "aborted" });
    expect(store).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(server.sent.at(-1)).toMatchObject({ method: "DELETE", path: "/api/upload/m1" }));
  });

  test.each([[403, "forbidden"], [413, "too_large"], [429, "quota_exceeded"]])("a refusal to sign is the answer: %i %s", async (status, code) => {
    const { files, server } = setup();
    server.routes["POST /api/upload/sign"] = () => problem(status, code, {}, { "Retry-After": "3600" });
    await expect(files.upload(file())).rejects.toMatchObject({ status, code });
    expect(server.of("/api/upload/image")).toEqual([]);
  });
});

describe("through the server instead", () => {
  test("small files, files without a type, and those of callers who want it", async () => {
    const { files, server } = setup();
    await files.upload(file(LARGE - 1));
    await files.upload(file(LARGE, ""));
    await files.upload(file(), { directFrom: Infinity });
    expect(server.of(SIGN)).toEqual([]);
    expect(server.of("/api/upload/image")).toHaveLength(3);
    await files.upload(file(10), { directFrom: 1 });
    expect(server.of(SIGN)).toHaveLength(1);
  });

  test.each([404, 405, 415])("a server that does not sign it: %i", async (status) => {
    const { files, server } = setup();
    server.routes["POST /api/upload/sign"] = () => problem(status, "no");
    expect((await files.upload(file(), { key: "k" })).id).toBe("m2");
    expect(server.of("/api/upload/image")[0]!.headers["Idempotency-Key"]).toBe("k");
    expect(store).not.toHaveBeenCalled();
  });

  test("a store that refuses the address, or pages of this origin", async () => {
    const { files, server } = setup();
    store.mockImplementationOnce(async () => answer(403)).mockImplementation(async () => Promise.reject(new TypeError("CORS")));
    expect((await files.upload(file())).id).toBe("m2");
    expect((await files.upload(file())).id).toBe("m2");
    expect(store).toHaveBeenCalledTimes(1 + 3);
    expect(server.sent.filter(({ method }) => method === "DELETE")).toHaveLength(2);
  });
});
