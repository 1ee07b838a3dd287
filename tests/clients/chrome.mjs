// node chrome.mjs CHROMIUM PROFILE ORIGIN BUNDLE: tabs of a real browser. Reads commands, one JSON object a line, prints answers.
//   {n, open: "a"}   {n, tab: "a", run: "an expression, awaited"}   {n, tab: "a", offline: true}
// The page is answered here, at ORIGIN, so that it has the origin of the server.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [chromium, profile, origin, bundle] = process.argv.slice(2);
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--remote-debugging-port=0", "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC"];
const browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
const address = await new Promise((found) => {
  createInterface({ input: browser.stderr }).on("line", (line) => {
    const match = /DevTools listening on (ws:\S+)/.exec(line);
    if (match) found(match[1]);
  });
});
const socket = new WebSocket(address);
await new Promise((open) => (socket.onopen = open));
const waiting = new Map();
const tabs = new Map();
const failures = [];
const PAGE = `<!doctype html><title>tab</title><script>${readFileSync(bundle, "utf8").replaceAll("</script", "<\\/script")}</script>`;
let number = 0;

function send(method, params = {}, sessionId = undefined) {
  const id = ++number;
  socket.send(JSON.stringify({ id, method, params, sessionId }));
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

socket.onmessage = ({ data }) => {
  const { id, result, error, method, params, sessionId } = JSON.parse(data);
  if (id) return error ? waiting.get(id).reject(new Error(error.message)) : waiting.get(id).resolve(result);
  if (method === "Runtime.exceptionThrown") failures.push(params.exceptionDetails.exception?.description ?? "exception");
  if (method === "Fetch.requestPaused") {
    const headers = [{ name: "Content-Type", value: "text/html; charset=utf-8" }];
    const body = Buffer.from(PAGE).toString("base64");
    void send("Fetch.fulfillRequest", { requestId: params.requestId, responseCode: 200, responseHeaders: headers, body }, sessionId);
  }
};

async function open(name) {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  tabs.set(name, sessionId);
  await send("Runtime.enable", {}, sessionId);
  await send("Network.enable", {}, sessionId);
  await send("Fetch.enable", { patterns: [{ urlPattern: `${origin}/tab*` }] }, sessionId);
  await send("Page.enable", {}, sessionId);
  await send("Page.navigate", { url: `${origin}/tab-${name}` }, sessionId);
  return run(name, "new Promise((done) => { const look = () => (window.metaia ? done(true) : setTimeout(look, 20)); look(); })");
}

async function run(name, expression) {
  const options = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = await send("Runtime.evaluate", options, tabs.get(name));
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

const offline = (name, on) =>
  send("Network.emulateNetworkConditions", { offline: on, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }, tabs.get(name));

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { n, open: name, tab, run: expression, ...more } = JSON.parse(line);
  try {
    const value = name ? await open(name) : "offline" in more ? await offline(tab, more.offline) : more.failures ? failures : await run(tab, expression);
    console.log(JSON.stringify({ n, value: value ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ n, failed: String(error) }));
  }
}).on("close", () => browser.kill());
