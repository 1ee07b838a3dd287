// node driver.mjs DIST: runs clients of the TypeScript package. Reads commands, one JSON object a line, and prints answers and events.
//   {n, client, make: {…options of createMetaia}}   {n, client, call: ["auth.login", {…}]}   {n, client, read: "connection.state"}
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { createMetaia, memoryStorage } = await import(pathToFileURL(`${process.argv[2]}/index.js`).href);
const { mediaOf } = await import(pathToFileURL(`${process.argv[2]}/media/index.js`).href);
const { paymentsOf } = await import(pathToFileURL(`${process.argv[2]}/payments/index.js`).href);
if (process.argv[3] === "no-locks") Object.defineProperty(globalThis.navigator, "locks", { value: undefined });
const clients = new Map();
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const shared = new Map(); // storages that several clients use, as tabs do

function storageOf(name) {
  if (!name) return memoryStorage();
  if (!shared.has(name)) shared.set(name, { ...memoryStorage(), shared: true });
  return shared.get(name);
}

function make(client, { stored = {}, tabsOf, brief, ...options }) {
  const storage = storageOf(tabsOf);
  for (const [key, value] of Object.entries(stored)) storage.set(key, value);
  const handlers = new Set();
  const hint = { subscribe: (handler) => (handlers.add(handler), () => handlers.delete(handler)) };
  const metaia = createMetaia({ storage, ...options, network: hint, onError: (error) => say({ client, error: String(error) }) });
  metaia.onAny((data, name) => say({ client, name, data: brief ? { eventId: data?.eventId, orderId: data?.orderId } : data }));
  metaia.connection.subscribe(({ state, transport, error }) => say({ client, state, transport, error, at: Date.now() }));
  const media = mediaOf(metaia);
  const sendFile = (name, base64, { type = "", ...options } = {}) => media.upload(new File([Buffer.from(base64, "base64")], name, { type }), options);
  clients.set(client, { ...metaia, media, payments: paymentsOf(metaia), sendFile, storage, network: { send: (online) => handlers.forEach((one) => one(online)) } });
}

const at = (client, path) => path.split(".").reduce((found, name) => found[name], clients.get(client));

async function run({ client, make: options, call, read }) {
  if (options) return make(client, options);
  if (read) return at(client, read);
  const [path, ...given] = call;
  const owner = path.includes(".") ? at(client, path.replace(/\.\w+$/, "")) : clients.get(client);
  return owner[path.split(".").at(-1)](...given);
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const command = JSON.parse(line);
  try {
    say({ n: command.n, value: (await run(command)) ?? null });
  } catch (error) {
    say({ n: command.n, failed: { code: error.code, status: error.status, message: error.message, details: error.details } });
  }
});
