// node --expose-gc memory.mjs DIST: prints how many bytes the heap has grown by after 100,000 events and 200 connections.
import { pathToFileURL } from "node:url";

const { assemble } = await import(pathToFileURL(`${process.argv[2]}/metaia.js`).href);
const { memoryStorage } = await import(pathToFileURL(`${process.argv[2]}/storage.js`).href);
let link;
const transport = { name: "socketio", usable: () => true, open: ({ handlers }) => ((link = handlers), { close() {} }) };
const answer = { data: { orders: [], notifications: [] }, meta: { nextCursor: null, unread: 0 } };
const metaia = assemble(
  {
    baseUrl: "http://x",
    storage: memoryStorage(),
    tokens: { access: async () => ({ accessToken: "t", user: { id: "u" } }) },
    fetch: async () => new Response(JSON.stringify(answer)),
  },
  [transport],
);
metaia.on("order_update", () => undefined);
metaia.orders.store.subscribe(() => undefined);

let version = 0;
async function events(count) {
  for (let n = 0; n < count; n++) {
    version++;
    const order = { id: `o${n % 50}`, version, status: "pending", createdAt: "2026-01-01T00:00:00Z", note: "x".repeat(200) };
    link.event("order_update", { eventId: `${version}`, order }, String(version));
    if (n % 1000 === 0) await new Promise((done) => setImmediate(done));
  }
}

async function connect() {
  metaia.connection.start();
  while (metaia.connection.state !== "connecting") await new Promise((done) => setImmediate(done));
  link.open();
  link.event("sync", { cursor: String(version), complete: true, resync: false }, String(version));
  while (metaia.connection.state !== "live") await new Promise((done) => setImmediate(done));
}

async function used() {
  await new Promise((done) => setTimeout(done, 400));
  for (let n = 0; n < 5; n++) global.gc();
  return process.memoryUsage().heapUsed;
}

await connect();
await events(5_000);
const before = await used();
await events(100_000);
for (let n = 0; n < 200; n++) {
  metaia.connection.stop();
  await connect();
}
console.log((await used()) - before);
metaia.close();
