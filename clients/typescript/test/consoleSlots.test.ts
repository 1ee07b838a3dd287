// @vitest-environment jsdom
// The console's sessions: what was written and waits outlasts a reload, and not a logout.
import { afterEach, expect, test, vi } from "vitest";
import { chatOf } from "../src/chat/index.js";
import { token, until, user } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

let person = "u1"; // whose cookie slot 1 has
let sent: { as: string; text: string }[] = [];
let cut = true;

vi.stubGlobal("fetch", async (url: string, { method = "GET", headers = {}, body }: any = {}) => {
  const path = url.replace(/^https?:\/\/[^/]+/, "");
  const answer = (data: unknown, status = 200) => new Response(JSON.stringify({ status: "success", data, meta: {} }), { status });
  if (path === "/console/sessions/1/token") return answer({ accessToken: token(person), user: user(person) });
  if (path.startsWith("/console/sessions/1")) return answer({ user: user(person) });
  if (path === "/api/chat/blocks") return answer({ blocks: [] });
  if (!path.endsWith("/messages") || method !== "POST") return answer({}, 404);
  if (cut) throw new TypeError("cut");
  const { text, clientMessageId } = JSON.parse(body);
  sent.push({ as: JSON.parse(atob(headers.Authorization.split(".")[1]))["n"], text });
  return answer({ message: { id: "m1", conversationId: "c1", seq: 1, clientMessageId } });
});

/** Load the console again, and return slot 1 with its user. */
async function loaded() {
  vi.resetModules();
  const slots = await import("../../console/src/app/slots.js");
  const { client } = slots.slotOf(1);
  const chat = chatOf(client);
  await client.auth.refresh();
  return { slots, client, chat };
}

const kept = () => JSON.stringify({ ...sessionStorage });

afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  [person, sent, cut] = ["u1", [], true];
});

test("a message that waits is sent after a reload", async () => {
  const first = await loaded();
  await first.chat.send("c1", { text: "do not lose me" });
  first.client.close();
  const second = await loaded();
  await until(() => second.chat.store.getState().outgoing[0]?.body.text === "do not lose me");
  cut = false;
  await until(() => sent.length && !second.chat.store.getState().outgoing.length);
  expect(sent.at(-1)).toEqual({ as: "u1", text: "do not lose me" });
  await until(() => !kept().includes("do not lose me"));
});

test("after a logout nothing that was written stays in the browser, and nobody else sends it", async () => {
  const { slots, chat } = await loaded();
  await chat.send("c1", { text: "a secret" });
  expect(kept()).toContain("a secret");
  await slots.logOut(1);
  expect(kept()).not.toContain("a secret");
  person = "u2";
  await slots.logIn(1, "u2@x.example", "p");
  const { client } = slots.slotOf(1);
  await client.auth.refresh();
  cut = false;
  await chatOf(client).send("c1", { text: "of u2" });
  await until(() => sent.some(({ text }) => text === "of u2"));
  expect(sent.filter(({ as }) => as === "u2")).toEqual([{ as: "u2", text: "of u2" }]);
});

test("a cart outlasts the tab, and ends with the session of its user", async () => {
  const cart = (user: string) => `metaia::${user}:cart:s1`;
  const first = await loaded();
  await first.client.storage.set(cart("u1"), "[1]");
  await first.client.storage.set(cart("u2"), "[2]"); // not of this user: in memory
  first.client.close();
  sessionStorage.clear(); // the tab is closed
  const second = await loaded();
  expect(await second.client.storage.get(cart("u1"))).toBe("[1]");
  expect(await second.client.storage.get(cart("u2"))).toBeNull();
  await second.slots.logOut(1);
  expect(JSON.stringify({ ...localStorage })).not.toContain("cart");
});

test("what a user left behind is deleted when another one has the slot, also without a logout", async () => {
  const first = await loaded();
  await first.chat.send("c1", { text: "a secret" });
  first.client.close();
  person = "u2"; // another tab has changed the cookie
  const second = await loaded();
  await until(() => !kept().includes("a secret"));
  expect(second.chat.store.getState().outgoing).toEqual([]);
});
