// Parts of the console that need no page: the wire that the theatre cuts, the requests that it offers to copy, sums of cash.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { onWire, Wire } from "../../console/src/app/wire.js";
import { directory } from "../../console/src/pages/staff/directory.js";
import { bookable } from "../../console/src/pages/cash/sum.js";
import { snippet } from "../../console/src/pages/theatre/snippets.js";
import { client, FakeTransport, until } from "./fake.js";

function wired() {
  const wire = new Wire();
  const transport = new FakeTransport();
  const { metaia } = client({ network: wire.network }, [onWire(wire, transport)]);
  return { wire, transport, metaia };
}

test("a cut wire ends the link as a lost one, and opens none", async () => {
  const { wire, transport, metaia } = wired();
  metaia.connection.start();
  await until(() => transport.links.length === 1);
  transport.live();
  await until(() => metaia.connection.isConnected);
  wire.set(false);
  expect(transport.last.closed).toBe(true);
  expect(metaia.connection.state).toBe("waiting");
  expect(metaia.connection.store.getState().error).toBe("lost");
  await new Promise((done) => setTimeout(done, 50));
  metaia.connection.retryNow();
  await new Promise((done) => setTimeout(done, 50));
  expect(transport.links.length).toBe(1);
  metaia.close();
});

test("a mended wire resumes at once, at the cursor", async () => {
  const { wire, transport, metaia } = wired();
  metaia.connection.start();
  await until(() => transport.links.length === 1);
  transport.live("c7");
  await until(() => metaia.connection.isConnected);
  wire.set(false);
  wire.set(true);
  await until(() => transport.links.length === 2);
  expect(transport.last.opening.cursor).toBe("c7");
  metaia.close();
});

const BODY = JSON.stringify({ notes: 'it\'s "true", null', urgent: true, partnerId: null, items: [{ price: 1450 }] });
const REQUEST = { method: "POST", path: "/api/orders?x=1", body: BODY, key: "k1" };

test("curl sends the body as it was, apostrophes included", () => {
  const text = snippet("curl", "http://h.example", REQUEST).replace(/^curl/, "printf '%s\\n'");
  const sent = execFileSync("sh", ["-c", text], { env: { TOKEN: "t1", PATH: process.env["PATH"] } }).toString().split("\n");
  expect(sent).toContain("http://h.example/api/orders?x=1");
  expect(sent).toContain("Authorization: Bearer t1");
  expect(sent).toContain("Idempotency-Key: k1");
  expect(sent).toContain(BODY);
});

test("JavaScript sends the same request", async () => {
  const calls: [string, any][] = [];
  const fetch = async (...given: [string, any]) => (calls.push(given), { json: async () => ({ data: 1 }) });
  const run = new Function("fetch", "token", `return (async () => { ${snippet("JavaScript", "http://h.example", REQUEST)} return data; })()`);
  expect(await run(fetch, "t1")).toBe(1);
  const [url, given] = calls[0]!;
  expect(url).toBe("http://h.example/api/orders?x=1");
  expect(given.headers).toEqual({ Authorization: "Bearer t1", "Content-Type": "application/json", "Idempotency-Key": "k1" });
  expect(JSON.parse(given.body)).toEqual(JSON.parse(BODY));
});

test("Python has its own words for true and null, and leaves texts alone", () => {
  const text = snippet("Python", "http://h.example", REQUEST);
  expect(text).toContain('"notes":"it\'s \\"true\\", null"');
  expect(text).toContain('"urgent":True,"partnerId":None');
  expect(text).toContain('f"Bearer {token}"');
});

test("a directory asks for each id once, four at a time, and again for one that failed", async () => {
  let [running, most, asked] = [0, 0, 0];
  const account = directory(async (id: string) => {
    asked++;
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 1));
    running--;
    return id === "none" ? null : { id };
  });
  const ids = [...Array.from({ length: 40 }, (_, n) => `u${n}`), "none"];
  const found = await Promise.all([...ids, ...ids].map(account));
  expect([asked, most, found.filter(Boolean).length]).toEqual([41, 4, 80]);
  expect(await account("none")).toBeNull();
  expect(asked).toBe(42);
});

test("a handover of cash is compared in minor units", () => {
  expect(bookable(0.1, 0.2, 0.3, "INR")).toBe(true);
  expect(bookable(1.1, 2.2, 3.3, "INR")).toBe(true);
  expect(bookable(0.1, 0.21, 0.3, "INR")).toBe(false);
  expect(bookable(0.105, 0, 0.3, "INR")).toBe(false);
  expect(bookable(0.105, 0, 0.3, "KWD")).toBe(true);
  expect(bookable(1.5, 0, 3, "JPY")).toBe(false);
  expect([bookable(0, 0, 3, "INR"), bookable(-1, 2, 3, "INR"), bookable(NaN, 1, 3, "INR")]).toEqual([false, false, false]);
});
