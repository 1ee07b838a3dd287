import { beforeEach, describe, expect, test, vi } from "vitest";
import { mediaOf, type Media } from "../src/media/index.js";
import { reporting } from "../src/media/sending.js";
import { client, media, ok, problem } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const picture = () => new File([new Uint8Array([1, 2, 3])], "menu.png", { type: "image/png" });
const inMinutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();
const event = (one: Media, n = 1) => ({ media: one, eventId: `e${n}-${one.id}-${one.version}`, cursor: `c${n}` });

function setup() {
  const given = client();
  return { ...given, files: mediaOf(given.metaia) };
}

async function live(given: ReturnType<typeof setup>) {
  given.metaia.connection.start();
  await vi.waitFor(() => expect(given.transport.links.length).toBe(1));
  given.transport.live();
  await vi.waitFor(() => expect(given.metaia.connection.isConnected).toBe(true));
}

describe("upload", () => {
  test("sends the file as a form with its fields, a key and the wait", async () => {
    const { files, server } = setup();
    server.routes["POST /api/upload/image"] = () => ok({ media: media("m1") });
    const found = await files.upload(picture(), { folder: "menu", alt: "Dal", wait: 2 });
    const [{ body, headers, path }] = server.of("/api/upload/image") as any;
    expect(path).toBe("/api/upload/image?wait=2");
    expect([body.get("folder"), body.get("alt"), body.get("file").name]).toEqual(["menu", "Dal", "menu.png"]);
    expect(headers["Content-Type"]).toBeUndefined(); // fetch names the boundary
    expect(headers["Idempotency-Key"]).toMatch(/^[0-9a-f]{32}$/);
    expect(files.store.getState().byId["m1"]).toEqual(found);
  });

  test("a cut line is repeated with the same file and key", async () => {
    const { files, server } = setup();
    const replies = [new TypeError("cut"), problem(503, "storage_unavailable", {}, { "Retry-After": "0" }), problem(409, "idempotency_in_flight"), ok({ media: media("m1") })];
    server.routes["POST /api/upload/image"] = () => replies.shift()!;
    const file = picture();
    await files.upload(file);
    const sent = server.of("/api/upload/image") as any[];
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map((one) => one.headers["Idempotency-Key"])).size).toBe(1);
    expect(new Set(sent.map((one) => one.body)).size).toBe(1);
  });

  test.each([[413, "too_large"], [415, "unsupported_image"], [422, "too_many_pixels"], [429, "quota_exceeded"]])(
    "a refusal is not repeated: %i %s",
    async (status, code) => {
      const { files, server } = setup();
      server.routes["POST /api/upload/image"] = () => problem(status, code, { limit: 5 }, status === 429 ? { "Retry-After": "3600" } : {});
      await expect(files.upload(picture())).rejects.toMatchObject({ status, code, details: { limit: 5 } });
      expect(server.of("/api/upload/image")).toHaveLength(1);
    },
  );

  test("React Native's picture goes into the form as its picker gave it", async () => {
    const appended: [string, unknown][] = [];
    vi.stubGlobal("FormData", class { append = (name: string, value: unknown) => void appended.push([name, value]); });
    const { files, server } = setup();
    server.routes["POST /api/upload/voice"] = () => ok({ media: media("m1") });
    await files.upload({ uri: "file:///a.m4a", name: "a.m4a", type: "audio/m4a" }, { kind: "voice" });
    vi.unstubAllGlobals();
    expect(appended).toEqual([["file", { uri: "file:///a.m4a", name: "a.m4a", type: "audio/m4a" }]]);
  });
});

describe("progress by XMLHttpRequest", () => {
  class Request {
    static all: Request[] = [];
    upload: any = {};
    status = 200;
    responseText = "";
    aborted = false;
    [handler: string]: any;
    constructor() { Request.all.push(this); }
    open(...given: string[]) { this["opened"] = given; }
    setRequestHeader() {}
    getResponseHeader() { return null; }
    send(body: unknown) { this["body"] = body; }
    abort() { this.aborted = true; this["onabort"](); this["onloadend"](); }
  }

  beforeEach(() => void (Request.all = []));

  test("parts are reported, and the answer is the same as fetch's", async () => {
    vi.stubGlobal("XMLHttpRequest", Request);
    const { files } = setup();
    const parts: number[] = [];
    const sent = files.upload(picture(), { onProgress: (part) => parts.push(part) });
    await vi.waitFor(() => expect(Request.all[0]?.["body"]).toBeTruthy());
    const [request] = Request.all as [Request];
    request.upload.onprogress({ loaded: 1, total: 4 });
    request.responseText = JSON.stringify({ data: { media: media("m1") } });
    request["onload"]();
    request["onloadend"]();
    expect((await sent).id).toBe("m1");
    expect(parts).toEqual([0, 0.25, 1]);
    expect(request["opened"]).toEqual(["POST", "http://server.example/api/upload/image"]);
    vi.unstubAllGlobals();
  });

  test("an answer without a body is one, such as that of a store", async () => {
    vi.stubGlobal("XMLHttpRequest", Request);
    const sent = reporting(() => undefined)!("http://store.example/1", { method: "PUT", headers: {}, body: picture() });
    const [request] = Request.all as [Request];
    request.status = 204;
    request["onload"]();
    request["onloadend"]();
    expect((await sent).status).toBe(204);
    vi.unstubAllGlobals();
  });

  test("a signal ends the request", async () => {
    vi.stubGlobal("XMLHttpRequest", Request);
    const { files } = setup();
    const stop = new AbortController();
    const sent = files.upload(picture(), { onProgress: () => undefined, signal: stop.signal });
    await vi.waitFor(() => expect(Request.all[0]?.["body"]).toBeTruthy());
    stop.abort();
    await expect(sent).rejects.toMatchObject({ code: "aborted" });
    expect(Request.all).toHaveLength(1);
    vi.unstubAllGlobals();
  });
});

describe("store", () => {
  test("events move a file on, and never back", async () => {
    const given = setup();
    const { files, server, transport } = given;
    server.routes["GET /api/upload/m1"] = () => ok({ media: media("m1", 3) });
    files.take(media("m1", 1, "processing"));
    await live(given);
    const settled = files.settled("m1");
    transport.last.event("upload:updated", event(media("m1", 2)), "c2");
    expect((await settled).url).toBe("http://m/m1");
    transport.last.event("upload:updated", event(media("m1", 1, "processing"), 2), "c3");
    expect(files.store.getState().byId["m1"]!.status).toBe("ready");
  });

  test("a rejected file is an error with its reason", async () => {
    const given = setup();
    given.files.take(media("m1", 1, "processing"));
    await live(given);
    const settled = given.files.settled("m1");
    given.transport.last.event("upload:updated", event(media("m1", 2, "rejected", { reason: "corrupt" })), "c2");
    await expect(settled).rejects.toMatchObject({ code: "corrupt" });
  });

  test("without a connection the file is asked for", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { files, server } = setup();
    server.routes["GET /api/upload/m1"] = () => ok({ media: media("m1", 2) });
    files.take(media("m1", 1, "processing"));
    const settled = files.settled("m1");
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    expect((await settled).version).toBe(2);
  });

  test("nothing of a user stays for the next one", async () => {
    const { metaia, server } = client({ tokens: { load: async () => null, save: async () => undefined } as any });
    const files = mediaOf(metaia);
    const login = (id: string) => {
      server.routes["POST /api/auth/login"] = () => ok({ user: { id }, accessToken: "a.b.c", refreshToken: "r" });
      return metaia.auth.login({ email: `${id}@x.example`, password: "p" } as any);
    };
    await login("u1");
    files.take(media("m1"));
    await login("u2");
    expect(files.store.getState().byId).toEqual({});
  });
});

describe("addresses", () => {
  test("one is kept until shortly before it ends, for each size", async () => {
    const { files, server } = setup();
    let n = 0;
    server.routes["GET /api/upload/m1/url"] = () => ok({ url: `http://m/${++n}`, expiresAt: inMinutes(10) });
    expect(await Promise.all([files.address("m1", { width: 320 }), files.address("m1", { width: 320 })])).toEqual(["http://m/1", "http://m/1"]);
    expect(await files.address("m1", { width: 640 })).toBe("http://m/2");
    expect(await files.address("m1", { width: 320 })).toBe("http://m/1");
    vi.setSystemTime(Date.now() + 9.6 * 60_000);
    expect(await files.address("m1", { width: 320 })).toBe("http://m/3");
    vi.useRealTimers();
  });

  test("a deleted file's address is not kept", async () => {
    const given = setup();
    const { files, server } = given;
    server.routes["GET /api/upload/m1/url"] = () => ok({ url: "http://m/1", expiresAt: inMinutes(10) });
    files.take(media("m1"));
    await live(given);
    await files.address("m1");
    given.transport.last.event("upload:updated", event(media("m1", 2, "deleted")), "c2");
    server.routes["GET /api/upload/m1/url"] = () => problem(410, "gone");
    await expect(files.address("m1")).rejects.toMatchObject({ code: "gone" });
    expect(files.store.getState().byId["m1"]!.url).toBeNull();
  });

  test("many files are asked for in hundreds, known ones not at all", async () => {
    const { files, server } = setup();
    server.routes["GET /api/upload/urls"] = ({ path }) =>
      ok({ urls: decodeURIComponent(path.split("ids=")[1]!).split(",").map((id) => ({ id, url: id === "m7" ? null : `http://m/${id}`, urlExpiresAt: inMinutes(10) })) });
    const ids = Array.from({ length: 150 }, (_, n) => `m${n}`);
    const found = await files.urls(ids);
    expect([Object.keys(found).length, found["m149"], found["m7"]]).toEqual([149, "http://m/m149", undefined]);
    expect(server.of("/api/upload/urls")).toHaveLength(2);
    expect(await files.address("m3")).toBe("http://m/m3");
  });
});
