import { expect, test, vi } from "vitest";
import { memoryStorage } from "../src/storage.js";
import { createStream } from "../src/stream.js";

const place = async (storage: ReturnType<typeof memoryStorage>) => JSON.parse((await storage.get("k")) ?? "{}").cursor;
const opened = async (failed = vi.fn()) => {
  const storage = memoryStorage();
  const stream = createStream(storage, failed);
  await stream.open("k");
  return { storage, stream, failed };
};

test("an event is delivered once", async () => {
  const { stream } = await opened();
  const seen = vi.fn();
  stream.on("order_update", seen);
  for (const cursor of ["1", "2"]) stream.deliver("order_update", { eventId: "e" }, cursor);
  expect(seen).toHaveBeenCalledTimes(1);
  expect(stream.cursor()).toBe("2");
});

test("the stored place waits for handlers that return a promise", async () => {
  const { stream, storage } = await opened();
  let release = () => {};
  stream.on("order_update", () => new Promise<void>((done) => (release = done)));
  stream.deliver("order_update", { eventId: "e1" }, "1");
  stream.deliver("new_notification", { eventId: "e2" }, "2"); // handled at once, but after e1
  await stream.flush();
  expect(await place(storage)).toBeUndefined();
  release();
  await new Promise((done) => setTimeout(done));
  await stream.flush();
  expect(await place(storage)).toBe("2");
});

test("a handler that throws stops neither the others nor the place", async () => {
  const { stream, storage, failed } = await opened();
  const seen = vi.fn();
  stream.on("order_update", () => {
    throw new Error("mine");
  });
  stream.on("order_update", seen);
  stream.deliver("order_update", { eventId: "e1" }, "1");
  await stream.flush();
  expect([seen.mock.calls.length, failed.mock.calls.length, await place(storage)]).toEqual([1, 1, "1"]);
});

test("ephemeral events have no id and no place", async () => {
  const { stream } = await opened();
  const seen = vi.fn();
  stream.on("tailor_status_update", seen);
  for (let n = 0; n < 2; n++) stream.deliver("tailor_status_update", { partnerId: "p", status: "online" });
  expect([seen.mock.calls.length, stream.cursor()]).toEqual([2, ""]);
});

test("a handler that was removed is not called, also when added twice", async () => {
  const { stream } = await opened();
  const seen = vi.fn();
  const [first, second] = [stream.on("order_update", seen), stream.on("order_update", seen)];
  first();
  stream.deliver("order_update", { eventId: "1" }, "1");
  second();
  stream.deliver("order_update", { eventId: "2" }, "2");
  expect(seen).toHaveBeenCalledTimes(1);
});

test("a storage that refuses is reported, and does not stop events", async () => {
  const failed = vi.fn();
  const storage = { ...memoryStorage(), set: () => Promise.reject(new Error("full")) };
  const stream = createStream(storage, failed);
  await stream.open("k");
  stream.deliver("order_update", { eventId: "1" }, "1");
  await stream.flush();
  expect(failed).toHaveBeenCalledTimes(1);
});

test("100,000 events leave 1,000 ids", async () => {
  const { stream, storage } = await opened();
  for (let n = 0; n < 100_000; n++) stream.deliver("order_update", { eventId: `e${n}` }, String(n));
  await stream.flush();
  expect(((await storage.get("k")) ?? "").length).toBeLessThan(1_000);
});

test("the same user again goes on from memory, another one from storage", async () => {
  const { stream } = await opened();
  const seen = vi.fn(() => new Promise<void>(() => undefined)); // a handler that is not done
  stream.on("order_update", seen);
  stream.deliver("order_update", { eventId: "e1" }, "1");
  await stream.open("k");
  stream.deliver("order_update", { eventId: "e1" }, "1");
  expect([stream.cursor(), seen.mock.calls.length]).toEqual(["1", 1]);
  await stream.open("other");
  expect(stream.cursor()).toBe("");
});
