// node timing.mjs DIST WSURL TOKEN: Timing's client, as its guide tests it; prints a line for each call of its handlers.
import { pathToFileURL } from "node:url";

const [dist, url, token] = process.argv.slice(2);
const { TimingOrderClient } = await import(pathToFileURL(`${dist}/timing/index.js`).href);
const client = new TimingOrderClient(url, token);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
client.onNewOrder = (order) => say(["newOrder", order.id]);
client.onOrderStatusUpdate = (order, status) => say(["status", order.id, status]);
client.onConnectionChange = (status, reason) => say(["connection", status, reason ?? null]);
client.connect();
