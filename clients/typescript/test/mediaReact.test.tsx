// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { useMedia, useMediaUrl, useUpload } from "../src/media/react.js";
import { mediaOf, type Media } from "../src/media/index.js";
import { MetaiaProvider } from "../src/react/index.js";
import { client, ok, problem } from "./fake.js";

const media = (id: string, version: number, status: string): Media =>
  ({ id, version, status, url: status === "ready" ? `http://m/${id}` : null, reason: null }) as Media;
const picture = new File([new Uint8Array([1])], "a.png", { type: "image/png" });

function setup() {
  vi.stubGlobal("XMLHttpRequest", undefined); // the fake server is behind fetch
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  return { ...given, wrapper, files: mediaOf(given.metaia) };
}

test("useUpload goes from sending over processing to ready", async () => {
  const { server, transport, wrapper } = setup();
  server.routes["POST /api/upload/image"] = () => ({ status: 202, ...(ok({ media: media("m1", 1, "processing") }) as object) });
  server.routes["GET /api/upload/m1"] = () => ok({ media: media("m1", 2, "ready") });
  const states: string[] = [];
  const { result } = renderHook(() => (states.push(useUpload().state), useUpload()), { wrapper });
  await vi.waitFor(() => expect(transport.links.length).toBe(1));
  act(() => transport.live());
  let done: Promise<Media | null>;
  act(() => void (done = result.current.upload(picture, { folder: "menu" })));
  expect(result.current.state).toBe("sending");
  await vi.waitFor(() => expect(result.current.state).toBe("processing"));
  act(() => transport.last.event("upload:updated", { media: media("m1", 2, "ready"), eventId: "e1" } as never, "c2"));
  await vi.waitFor(() => expect(result.current.state).toBe("ready"));
  expect([(await done!)?.url, result.current.progress]).toEqual(["http://m/m1", 1]);
});

test("useUpload has the contract's code, and sends again with the same key", async () => {
  const { server, wrapper } = setup();
  server.routes["POST /api/upload/image"] = () => problem(415, "unsupported_image", { found: "image/heic" });
  const { result } = renderHook(() => useUpload(), { wrapper });
  await act(() => result.current.upload(picture));
  expect([result.current.state, result.current.error?.code, result.current.error?.details["found"]]).toEqual(["rejected", "unsupported_image", "image/heic"]);
  server.routes["POST /api/upload/image"] = () => ok({ media: media("m1", 1, "ready") });
  await act(() => result.current.retry());
  expect([result.current.state, result.current.error]).toEqual(["ready", null]);
  expect(new Set(server.of("/api/upload/image").map(({ headers }) => headers["Idempotency-Key"])).size).toBe(1);
});

test("cancel while processing deletes what the server has", async () => {
  const { server, wrapper } = setup();
  server.routes["POST /api/upload/image"] = () => ok({ media: media("m1", 1, "processing") });
  server.routes["DELETE /api/upload/m1"] = () => ok({ media: media("m1", 2, "deleted") });
  const { result } = renderHook(() => useUpload(), { wrapper });
  act(() => void result.current.upload(picture));
  await vi.waitFor(() => expect(result.current.state).toBe("processing"));
  act(() => result.current.cancel());
  expect(result.current.state).toBe("idle");
  await vi.waitFor(() => expect(server.sent.some(({ method }) => method === "DELETE")).toBe(true));
});

test("useMedia fetches once, useMediaUrl ends with the file", async () => {
  const { server, wrapper, files } = setup();
  server.routes["GET /api/upload/m1"] = () => ok({ media: media("m1", 1, "ready") });
  server.routes["GET /api/upload/m1/url"] = () => ok({ url: "http://m/320", expiresAt: new Date(Date.now() + 600_000).toISOString() });
  const { result } = renderHook(() => [useMedia("m1")?.status, useMedia("m1")?.id, useMediaUrl("m1", { width: 300 })], { wrapper });
  await vi.waitFor(() => expect(result.current).toEqual(["ready", "m1", "http://m/320"]));
  expect(server.of("/api/upload/m1/url")[0]!.path).toBe("/api/upload/m1/url?width=300");
  act(() => files.take(media("m1", 2, "deleted")));
  expect(result.current).toEqual(["deleted", "m1", undefined]);
});

test("useMediaUrl replaces an address before it ends", async () => {
  vi.useFakeTimers();
  const { server, wrapper } = setup();
  let n = 0;
  server.routes["GET /api/upload/m1/url"] = () => ok({ url: `http://m/${++n}`, expiresAt: new Date(Date.now() + 600_000).toISOString() });
  const { result, unmount } = renderHook(() => useMediaUrl("m1"), { wrapper });
  await act(() => vi.advanceTimersByTimeAsync(10));
  expect(result.current).toBe("http://m/1");
  await act(() => vi.advanceTimersByTimeAsync(9.6 * 60_000));
  expect(result.current).toBe("http://m/2");
  unmount();
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  expect(n).toBe(2);
  vi.useRealTimers();
});
