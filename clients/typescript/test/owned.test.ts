// Users of one device: nothing of the former one is sent for the next one, or shown to them.
import { expect, test, vi } from "vitest";
import { chatOf } from "../src/chat/index.js";
import { offersOf } from "../src/offers/index.js";
import { client, conversation, message, ok, order, problem, token, until, user, type FakeServer } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const LIST = "/api/chat/conversations/c1";
const POST = `POST ${LIST}/messages`;

/** A client whose user logs in with a password: u1 first. */
async function setup(routes: FakeServer["routes"] = {}) {
  const given = client({ tokens: { load: () => null, save: () => undefined } });
  const { metaia, server } = given;
  Object.assign(server.routes, { "GET /api/chat/blocks": () => ok({ blocks: [] }), "POST /api/auth/logout": () => ok({}) }, routes);
  server.routes["POST /api/auth/login"] = ({ body }) => {
    const id = JSON.parse(body!).email;
    return ok({ user: user(id), accessToken: token(id), refreshToken: `r${id}` });
  };
  const chat = chatOf(metaia);
  const login = (email: string) => metaia.auth.login({ email, password: "p" });
  const change = async (to: string) => (await metaia.auth.logout(), await login(to));
  await login("u1");
  return { ...given, chat, change };
}

/** A route whose answers wait until they are given. */
function late() {
  const answers: ((reply: any) => void)[] = [];
  return { answers, route: () => new Promise<any>((done) => answers.push(done)) };
}

test("a message that waits for another try is not sent with the next user's token", async () => {
  const sent: { as: string; text: string }[] = [];
  let cut = true;
  const { chat, change, server } = await setup({
    [POST]: ({ headers, body }) => {
      if (cut) return new TypeError("cut");
      const { text, clientMessageId } = JSON.parse(body!);
      sent.push({ as: JSON.parse(atob(headers["Authorization"]!.split(".")[1]!)).n, text });
      return ok({ message: message(1, "u1", { clientMessageId }) });
    },
  });
  await chat.send("c1", { text: "of u1" });
  await until(() => server.of(`${LIST}/messages`).length);
  await change("u2");
  cut = false;
  await chat.send("c1", { text: "of u2" });
  await until(() => sent.length);
  await change("u1");
  await until(() => sent.length > 1);
  expect(sent).toEqual([{ as: "u2", text: "of u2" }, { as: "u1", text: "of u1" }]);
});

test("a message whose request needs another token is not sent with the next user's", async () => {
  const { answers, route } = late();
  const { chat, change, server } = await setup({ [POST]: route });
  await chat.send("c1", { text: "of u1" });
  await until(() => answers.length);
  await change("u2");
  answers[0]!(problem(401, "token_expired")); // would be repeated with a new token
  await new Promise((done) => setTimeout(done, 20));
  expect(server.of(`${LIST}/messages`)).toHaveLength(1);
  expect(chat.store.getState().outgoing).toEqual([]);
});

test("a conversation that was begun before a logout is not begun again with the same key", async () => {
  const keys = new Set<string>();
  const { chat, change } = await setup({
    "POST /api/chat/conversations": ({ headers }) => (keys.add(headers["Idempotency-Key"]!), new TypeError("the answer was lost")),
  });
  const begin = () => expect(chat.begin({ kind: "support", message: { text: "help" } })).rejects.toMatchObject({ status: 0 });
  await begin();
  await begin();
  expect(keys.size).toBe(1);
  await change("u1");
  await begin();
  expect(keys.size).toBe(2);
});

test("answers about chat for the former user change nothing", async () => {
  const { answers, route } = late();
  const { chat, change } = await setup({ "GET /api/chat/conversations": route, [`GET ${LIST}`]: route, [`GET ${LIST}/messages`]: route, "GET /api/chat/unread": route });
  const asked = [chat.list(), chat.get("c1"), chat.open("c1"), chat.unread()].map((one) => one.then(() => "told", ({ code }) => code));
  await until(() => answers.length === 4);
  const { changes } = chat.store.getState();
  await change("u2");
  const one = conversation("c1", { lastSeq: 1 });
  for (const answer of answers) answer(ok({ conversations: [one], conversation: one, messages: [message(1)] }, { version: 1 }));
  expect(await Promise.all(asked)).toEqual(["aborted", "aborted", "aborted", "aborted"]);
  expect(chat.store.getState()).toMatchObject({ conversations: {}, threads: {}, unread: null });
  expect(chat.store.getState().changes).toBeGreaterThan(changes); // lists on screen are fetched for the next user
  const opened = chat.open("c1"); // not the promise of the former user
  await until(() => answers.length === 5);
  answers[4]!(ok({ messages: [message(1)] }, { version: 1 }));
  await opened;
  expect(chat.store.getState().threads["c1"]!.messages).toHaveLength(1);
});

test("receipts that the former user's connection did not take are not sent by the next one", async () => {
  const { metaia, transport, change, server } = await setup();
  metaia.connection.start();
  await until(() => transport.links.length);
  transport.live();
  await until(() => metaia.connection.isConnected);
  const { answers, route } = late();
  transport.answer = route;
  transport.last.event("chat:message", { ...message(1), conversationVersion: 1, eventId: "e1" } as never, "k1");
  await until(() => transport.last.requests.some(([name]) => name === "chat:delivered"));
  await change("u3");
  for (const answer of answers) answer(null); // no acknowledgement in time
  await new Promise((done) => setTimeout(done, 20));
  expect(server.of("/api/chat/delivered")).toEqual([]);
});

test("orders and offers of the former user do not reach the next one's stores", async () => {
  const { answers, route } = late();
  const { metaia, change } = await setup({ "GET /api/orders": route, "GET /api/offers/o1": route });
  const asked = [metaia.orders.load(), offersOf(metaia).get("o1")].map((one: Promise<unknown>) => one.then(() => "told", ({ code }) => code));
  await until(() => answers.length === 2);
  await change("u2");
  for (const answer of answers) answer(ok({ orders: [order("o1", 1)], offer: { id: "o1", version: 1 } }, { nextCursor: null }));
  expect(await Promise.all(asked)).toEqual(["aborted", "aborted"]);
  expect(metaia.orders.store.getState().orders).toEqual([]);
  expect(offersOf(metaia).store.getState().byId).toEqual({});
});

test("a caller's own signal still ends its request, and a logout ends one that has a signal", async () => {
  const { answers, route } = late();
  const { metaia, change } = await setup({ "GET /api/orders": route });
  const own = new AbortController();
  const [first, second] = [own, new AbortController()].map(({ signal }) => metaia.rest.send("get", "/api/orders", { signal }).catch(({ code }) => code));
  await until(() => answers.length === 2);
  own.abort();
  answers[0]!(ok({}));
  expect(await first).toBe("aborted");
  await change("u2");
  answers[1]!(ok({}));
  expect(await second).toBe("aborted");
});
