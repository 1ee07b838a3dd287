// Chat: nothing is missed, unread messages are counted from events, and what is written is sent once and in order.
import { describe, expect, test, vi } from "vitest";
import { chatOf, deliveryOf, type Conversation, type Message } from "../src/chat/index.js";
import { memoryStorage } from "../src/storage.js";
import { client, conversation, message, ok, problem, token, until, user, type FakeServer, type Sent } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const LIST = "/api/chat/conversations/c1";

const as = (id: string) => ({ access: async () => ({ accessToken: token(id), user: user(id) }) });
const taken = ({ body }: Sent) => ok({ message: message(1, "u1", { clientMessageId: JSON.parse(body!).clientMessageId }) });

/** A client with one conversation that has the messages given. */
async function setup(messages: Message[] = [], more: Partial<Conversation> = {}, options = {}, routes: Partial<FakeServer["routes"]> = {}) {
  const given = client(options);
  const { metaia, server, transport } = given;
  const state = { conversation: conversation("c1", { lastSeq: messages.length, version: messages.length, ...more }), messages };
  server.routes["GET /api/chat/blocks"] = () => ok({ blocks: [] });
  server.routes[`GET ${LIST}`] = () => ok({ conversation: state.conversation });
  server.routes[`GET ${LIST}/messages`] = () => ok({ messages: state.messages }, { version: state.conversation.version, hasBefore: false, hasAfter: false });
  server.routes[`GET ${LIST}/changes`] = () => ok({ conversation: state.conversation, messages: state.messages }, { version: state.conversation.version, more: false });
  Object.assign(server.routes, routes);
  const chat = chatOf(metaia);
  metaia.connection.start();
  await until(() => transport.links.length);
  transport.live();
  await until(() => metaia.connection.isConnected);
  let n = 0;
  const event = (name: string, data: object) => transport.last.event(name, { conversationId: "c1", ...data, eventId: `e${++n}` } as never, `k${n}`);
  return {
    ...given,
    chat,
    state,
    event,
    arrives: (one: Message, version = one.seq) => event("chat:message", { ...one, conversationVersion: version }),
    shown: () => chat.store.getState().conversations["c1"]!,
    texts: () => chat.store.getState().threads["c1"]?.messages.map(({ seq, text }) => `${seq} ${text}`),
    sentTo: (path: string) => server.of(LIST + path).filter(({ body }) => body).map(({ body }) => JSON.parse(body!)),
  };
}

describe("unread", () => {
  test("others' messages count, one's own and system messages do not, and nothing twice", async () => {
    const { chat, arrives, shown } = await setup();
    await chat.get("c1");
    arrives(message(1));
    arrives(message(2, "u1"));
    arrives(message(3, "u2", { kind: "system", sender: null }));
    arrives(message(4));
    arrives(message(4), 4);
    expect(shown()).toMatchObject({ unread: 2, lastSeq: 4, version: 4, lastMessage: { seq: 4 } });
  });

  test("a deleted unread message counts no more; a read one changes nothing", async () => {
    const { chat, event, shown } = await setup([message(1), message(2), message(3)], { unread: 2, mine: { ...conversation("c1").mine!, readSeq: 1 } });
    await chat.get("c1");
    const gone = { text: null, deletedAt: "2026-01-01T01:00:00Z" };
    event("chat:message_update", { ...message(3, "u2", gone), conversationVersion: 4, change: "deleted" });
    expect(shown().unread).toBe(1);
    event("chat:message_update", { ...message(1, "u2", gone), conversationVersion: 5, change: "deleted" });
    event("chat:message_update", { ...message(3, "u2", gone), conversationVersion: 4, change: "deleted" });
    expect(shown()).toMatchObject({ unread: 1, version: 5 });
  });

  test("one's own devices take the number of the server", async () => {
    const { chat, event, shown } = await setup([message(1)], { unread: 1 });
    await chat.get("c1");
    event("chat:status", { userId: "u1", readSeq: 1, deliveredSeq: 1, mine: { readSeq: 1, unread: 0 } });
    expect(shown()).toMatchObject({ unread: 0, mine: { readSeq: 1 } });
  });

  test("a block takes the unread messages of the blocked user away, also from the sum", async () => {
    const { chat, state, server, shown } = await setup([message(1)], { unread: 1 });
    let sum = 1;
    server.routes["GET /api/chat/unread"] = () => ok({ conversations: sum, messages: sum, more: false });
    server.routes["PUT /api/chat/blocks/u2"] = () => ok({});
    await chat.get("c1");
    await chat.unread();
    await until(() => server.of("/api/chat/unread").length === 2); // also the one after the connection
    const { changes } = chat.store.getState();
    state.conversation = { ...state.conversation, unread: 0 };
    sum = 0;
    await chat.block("u2", true);
    await until(() => shown().unread === 0 && chat.store.getState().unread!.messages === 0);
    expect(chat.store.getState().changes).toBeGreaterThan(changes);
  });

  test("a hundred are counted, more are not", async () => {
    const { chat, arrives, shown } = await setup([], { lastSeq: 99, version: 99, unread: 99 });
    await chat.get("c1");
    arrives(message(100));
    expect(shown()).toMatchObject({ unread: 100, unreadMore: false });
    arrives(message(101));
    arrives(message(102));
    expect(shown()).toMatchObject({ unread: 100, unreadMore: true });
  });

  test("messages of a blocked user do not count", async () => {
    const given = await setup();
    given.server.routes["PUT /api/chat/blocks/u2"] = () => ok({});
    await given.chat.get("c1");
    await given.chat.block("u2", true);
    given.arrives(message(1));
    expect(given.shown().unread).toBe(0);
  });

  test("the sum of all follows each conversation", async () => {
    const { chat, server, arrives, event } = await setup();
    server.routes["GET /api/chat/unread"] = () => ok({ conversations: 2, messages: 7, more: false });
    await chat.get("c1");
    await chat.unread();
    arrives(message(1));
    arrives(message(2));
    expect(chat.store.getState().unread).toEqual({ conversations: 3, messages: 9, more: false });
    event("chat:status", { userId: "u1", mine: { readSeq: 2, unread: 0 } });
    expect(chat.store.getState().unread).toEqual({ conversations: 2, messages: 7, more: false });
  });

  test("what is written marks nothing as read; reading does, once", async () => {
    const { chat, server, arrives, shown, sentTo } = await setup();
    server.routes[`POST ${LIST}/messages`] = () => ok({ message: message(2, "u1") });
    server.routes[`PUT ${LIST}/read`] = () => ok({ readSeq: 1, unread: 0 });
    await chat.get("c1");
    arrives(message(1));
    await chat.send("c1", { text: "hello" });
    expect(shown().unread).toBe(1);
    await chat.read("c1");
    await chat.read("c1", 1);
    expect(shown()).toMatchObject({ unread: 0, mine: { readSeq: 1 } });
    expect(sentTo("/read")).toEqual([{ seq: 1 }]);
  });
});

describe("completeness", () => {
  test("a version that is not the next one fetches what changed since", async () => {
    const { chat, arrives, state, texts, server } = await setup([message(1), message(2)]);
    await chat.open("c1");
    state.messages = [message(1, "u2", { text: "edited" }), message(2), message(3), message(4)];
    state.conversation = { ...state.conversation, version: 5, lastSeq: 4 };
    arrives(message(4), 5);
    await until(() => texts()!.length === 4);
    expect(texts()).toEqual(["1 edited", "2 text 2", "3 text 3", "4 text 4"]);
    expect(server.of(`${LIST}/changes`).map(({ path }) => path)).toEqual([`${LIST}/changes?since=2`]);
  });

  test("the next one fetches nothing, and an older one changes nothing", async () => {
    const { chat, arrives, texts, server, event } = await setup([message(1)]);
    await chat.open("c1");
    arrives(message(2), 2);
    event("chat:message_update", { ...message(1, "u2", { text: "old" }), conversationVersion: 1, change: "edited" });
    expect(texts()).toEqual(["1 text 1", "2 text 2"]);
    expect(server.of(`${LIST}/changes`)).toEqual([]);
  });

  test("changes come page by page, and a change during the fetch is not undone", async () => {
    const { chat, arrives, event, texts, server } = await setup([message(1), message(2)]);
    await chat.open("c1");
    const pages: ((reply: any) => void)[] = [];
    server.routes[`GET ${LIST}/changes`] = () => new Promise((done) => pages.push(done));
    arrives(message(5), 5);
    await until(() => pages.length === 1);
    pages[0]!(ok({ messages: [message(3)] }, { version: 3, more: true }));
    await until(() => pages.length === 2);
    arrives(message(4), 4);
    arrives(message(5), 5);
    event("chat:message_update", { ...message(4, "u2", { text: "new" }), conversationVersion: 6, change: "edited" });
    pages[1]!(ok({ messages: [message(4), message(5)] }, { version: 5, more: false }));
    await until(() => chat.store.getState().threads["c1"]!.version === 6);
    expect(texts()).toEqual(["1 text 1", "2 text 2", "3 text 3", "4 new", "5 text 5"]);
  });

  test("an event while the first page is fetched is not lost", async () => {
    const { chat, arrives, state, texts, server } = await setup([message(1)]);
    let answer: (reply: any) => void;
    server.routes[`GET ${LIST}/messages`] = () => new Promise((done) => (answer = done));
    const opened = chat.open("c1");
    await until(() => answer);
    state.messages = [message(2)];
    state.conversation = { ...state.conversation, version: 2, lastSeq: 2 };
    arrives(message(2), 2);
    answer!(ok({ messages: [message(1)] }, { version: 1, hasBefore: false, hasAfter: false }));
    await opened;
    expect(texts()).toEqual(["1 text 1", "2 text 2"]);
  });

  test("pages meet without a gap, also around a message", async () => {
    const { chat, texts, server, arrives } = await setup();
    const all = Array.from({ length: 9 }, (_, n) => message(n + 1));
    server.routes[`GET ${LIST}/messages`] = ({ path }) => {
      const query = new URLSearchParams(path.split("?")[1]);
      const [around, before, after] = ["around", "before", "after"].map((name) => Number(query.get(name)));
      const part = around ? [all[3]!, all[4]!, all[5]!] : before ? all.slice(0, before - 1) : all.slice(after!);
      return ok({ messages: part }, { version: 9, hasBefore: part[0]!.seq > 1, hasAfter: part.at(-1)!.seq < 9 });
    };
    await chat.open("c1", 5);
    arrives(message(10), 10); // behind what is loaded: it comes with the page after it
    expect(texts()!.length).toBe(3);
    await chat.more("c1", "before");
    await chat.more("c1", "after");
    expect(texts()!.map((text) => text.split(" ")[0])).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  test("a deletion empties quotes, a reaction changes its message", async () => {
    const quote = { id: "m1", seq: 1, senderId: "u2", excerpt: "text 1", deleted: false };
    const { chat, event } = await setup([message(1), message(2, "u1", { replyTo: quote })]);
    await chat.open("c1");
    event("chat:message_update", { ...message(1, "u2", { text: null, deletedAt: "2026-01-01T01:00:00Z" }), conversationVersion: 3, change: "deleted" });
    event("chat:reaction", { messageId: "m2", conversationVersion: 4, userId: "u2", emoji: "👍", on: true, reactions: [{ emoji: "👍", count: 1, userIds: ["u2"] }] });
    const [first, second] = chat.store.getState().threads["c1"]!.messages;
    expect(first!.text).toBeNull();
    expect(second).toMatchObject({ replyTo: { excerpt: null, deleted: true }, reactions: [{ count: 1 }] });
  });

  test("after too long a time without network everything is compared", async () => {
    const { chat, metaia, transport, state, texts, server } = await setup([message(1)]);
    server.routes["GET /api/chat/unread"] = () => ok({ conversations: 0, messages: 0, more: false });
    await chat.open("c1");
    state.messages = [message(2)];
    state.conversation = { ...state.conversation, version: 2 };
    transport.last.event("sync", { cursor: "z", replayed: 0, complete: true, resync: true }, "z");
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length > 1);
    transport.live("z2", true);
    await until(() => metaia.connection.isConnected && texts()!.length === 2);
    expect(texts()).toEqual(["1 text 1", "2 text 2"]);
  });

  test("a conversation that the user may not see any more disappears", async () => {
    const { chat, event, server, shown } = await setup([message(1)], { unread: 1 });
    let sum = 3;
    server.routes["GET /api/chat/unread"] = () => ok({ conversations: sum, messages: sum, more: false });
    await chat.open("c1");
    await chat.get("c1");
    await chat.unread();
    await until(() => server.of("/api/chat/unread").length === 2); // also the one after the connection
    sum = 2; // without those of c1
    server.routes[`GET ${LIST}`] = () => problem(403, "not_participant");
    event("chat:conversation", { conversationVersion: 2, change: "participants", userId: "u1", conversation: {} });
    await until(() => !shown());
    expect(chat.store.getState().threads).toEqual({});
    await until(() => chat.store.getState().unread!.messages === 2);
  });

  test("lists are fetched again when the user has left or was removed, and not for others", async () => {
    const { chat, event } = await setup();
    await chat.get("c1");
    const left = (version: number, change: string, userId: string) => event("chat:conversation", { conversationVersion: version, change, userId, conversation: {} });
    const { changes } = chat.store.getState();
    left(1, "left", "u2");
    expect(chat.store.getState().changes).toBe(changes);
    left(2, "participants", "u1");
    expect(chat.store.getState().changes).toBe(changes + 1);
  });

  test("lists are fetched again when the user has begun a conversation, and not for one that is known", async () => {
    const { chat, server } = await setup();
    server.routes["POST /api/chat/conversations"] = () => ok({ conversation: conversation("c2") });
    const { changes } = chat.store.getState();
    for (const participantId of ["u2", "u3"]) await chat.begin({ participantId });
    expect(chat.store.getState().changes).toBe(changes + 1);
  });

  test("all participants are read, page by page", async () => {
    const { chat, server } = await setup();
    const [one, other] = conversation("c1").participants;
    server.routes[`GET ${LIST}/participants`] = ({ path }) => (path.includes("cursor=k1") ? ok({ participants: [other] }, { nextCursor: null }) : ok({ participants: [one] }, { nextCursor: "k1" }));
    expect((await chat.participants("c1")).map(({ userId }) => userId)).toEqual(["u1", "u2"]);
  });

  test("a new conversation is fetched, and lists are told", async () => {
    const { chat, arrives, shown } = await setup();
    const before = chat.store.getState().changes;
    arrives(message(1));
    await until(() => shown());
    expect(chat.store.getState().changes).toBe(before + 1);
  });
});

describe("writing", () => {
  test("what is written offline is sent by one batch, in order, and once", async () => {
    const { chat, server, sentTo, arrives } = await setup();
    let cut = true;
    const answered = (bodies: any[]) => bodies.map(({ clientMessageId, text }, n) => message(n + 1, "u1", { clientMessageId, text }));
    server.routes[`POST ${LIST}/messages`] = () => new TypeError("cut");
    server.routes[`POST ${LIST}/messages/batch`] = ({ body }) => (cut ? new TypeError("cut") : ok({ messages: answered(JSON.parse(body!).messages) }));
    await chat.open("c1");
    for (const text of ["one", "two", "three"]) await chat.send("c1", { text });
    expect(chat.store.getState().outgoing.map(({ body }) => body.text)).toEqual(["one", "two", "three"]);
    cut = false;
    await until(() => chat.store.getState().outgoing.length === 0);
    const batch = sentTo("/messages/batch").at(-1)!.messages;
    expect(batch.map(({ text }: any) => text)).toEqual(["one", "two", "three"]);
    expect(new Set(batch.map(({ clientMessageId }: any) => clientMessageId)).size).toBe(3);
    const first = [...sentTo("/messages"), ...sentTo("/messages/batch").map(({ messages }) => messages[0])];
    expect(new Set(first.map((body) => JSON.stringify(body))).size).toBe(1); // the same body at each try
    arrives(answered(batch)[0]!, 1);
    expect(chat.store.getState().threads["c1"]!.messages.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  test("an event that comes before the answer takes the place of what was written", async () => {
    const { chat, server, arrives } = await setup();
    let answer: (reply: any) => void;
    server.routes[`POST ${LIST}/messages`] = () => new Promise((done) => (answer = done));
    await chat.open("c1");
    const { clientMessageId } = await chat.send("c1", { text: "hello" });
    await until(() => answer);
    const sent = message(1, "u1", { clientMessageId, text: "hello" });
    arrives(sent);
    expect(chat.store.getState().outgoing).toEqual([]);
    answer!(ok({ message: sent }));
    await until(() => server.of(`${LIST}/messages`).length);
    expect(chat.store.getState().threads["c1"]!.messages).toHaveLength(1);
  });

  test("a refused message of a batch does not hold up the others", async () => {
    const { chat, server } = await setup();
    let cut = true;
    server.routes[`POST ${LIST}/messages/batch`] = () => problem(422, "attachment_not_usable");
    server.routes[`POST ${LIST}/messages`] = ({ body }) => {
      const { text, clientMessageId } = JSON.parse(body!);
      return cut ? new TypeError("cut") : text === "bad" ? problem(422, "attachment_not_usable") : ok({ message: message(1, "u1", { clientMessageId }) });
    };
    for (const text of ["one", "bad", "three"]) await chat.send("c1", { text });
    cut = false;
    await until(() => chat.store.getState().outgoing.length === 1);
    const [bad] = chat.store.getState().outgoing;
    expect(bad).toMatchObject({ state: "failed", error: "attachment_not_usable", body: { text: "bad" } });
    chat.discard(bad!.clientMessageId);
    expect(chat.store.getState().outgoing).toEqual([]);
  });

  test("a closed conversation refuses all at once, and a refused message is sent again on request", async () => {
    const { chat, server } = await setup();
    server.routes[`POST ${LIST}/messages`] = () => problem(409, "conversation_closed");
    const { clientMessageId } = await chat.send("c1", { text: "hello" });
    await until(() => chat.store.getState().outgoing[0]!.state === "failed");
    server.routes[`POST ${LIST}/messages`] = () => ok({ message: message(1, "u1", { clientMessageId }) });
    chat.retry(clientMessageId);
    await until(() => chat.store.getState().outgoing.length === 0);
  });

  test("what waits is kept for its user over a restart, and another user does not see it", async () => {
    const storage = memoryStorage();
    const first = await setup([], {}, { storage });
    first.server.routes[`POST ${LIST}/messages`] = () => new TypeError("cut");
    await first.chat.send("c1", { text: "kept" });
    first.metaia.close();
    const other = await setup([], {}, { storage, tokens: as("u9") });
    expect(other.metaia.auth.user!.id).toBe("u9");
    await other.chat.send("c1", { text: "of another" });
    expect(other.chat.store.getState().outgoing.map(({ body }) => body.text)).toEqual(["of another"]);
    const again = await setup([], {}, { storage }, { [`POST ${LIST}/messages`]: taken });
    await until(() => again.sentTo("/messages").length);
    expect(again.sentTo("/messages").map(({ text }) => text)).toEqual(["kept"]);
    await until(() => again.chat.store.getState().outgoing.length === 0);
  });

  test("two tabs keep what each of them wrote, in order, also after a read that failed", async () => {
    const storage = memoryStorage();
    const cut = { [`POST ${LIST}/messages`]: () => new TypeError("cut"), [`POST ${LIST}/messages/batch`]: () => new TypeError("cut") };
    const [one, other] = [await setup([], {}, { storage }, cut), await setup([], {}, { storage }, cut)];
    let fails = 1;
    const broken = { ...storage, get: (key: string) => (key.endsWith("ids") && fails-- > 0 ? Promise.reject(new Error("busy")) : storage.get(key)) };
    const third = await setup([], {}, { storage: broken }, cut);
    await one.chat.send("c1", { text: "first" });
    await other.chat.send("c1", { text: "second" });
    await third.chat.send("c1", { text: "third" });
    const { clientMessageId } = await one.chat.send("c1", { text: "discarded" });
    one.chat.discard(clientMessageId);
    await until(async () => !(await storage.get(`metaia:${one.metaia.baseUrl}:u1:chat:${clientMessageId}`)));
    for (const { metaia } of [one, other, third]) metaia.close();
    const again = await setup([], {}, { storage }, cut);
    await until(() => again.chat.store.getState().outgoing.length === 3);
    expect(again.chat.store.getState().outgoing.map(({ body }) => body.text)).toEqual(["first", "second", "third"]);
  });

  test("beginning again after no answer is the same beginning, after an answer another one", async () => {
    const { chat, server } = await setup();
    const made = new Map<string, Conversation>(); // by key, as the server keeps them
    let lost = true;
    server.routes["POST /api/chat/conversations"] = ({ headers, body }) => {
      const key = headers["Idempotency-Key"] + body!;
      made.set(key, made.get(key) ?? conversation(`c${made.size + 2}`, { kind: "support" }));
      return lost ? new TypeError("the answer was lost") : ok({ conversation: made.get(key) });
    };
    const begin = () => chat.begin({ kind: "support", message: { text: "help" } });
    await expect(begin()).rejects.toMatchObject({ status: 0 });
    lost = false;
    const [first, twice] = await Promise.all([begin(), begin()]);
    expect([first.id, twice.id, made.size]).toEqual(["c2", "c2", 1]);
    expect((await begin()).id).toBe("c3");
  });

  test("a beginning without an answer is repeated for ten minutes after its last try", async () => {
    const { chat, server } = await setup();
    server.routes["POST /api/chat/conversations"] = () => new TypeError("the answer was lost");
    const begin = async () => {
      await expect(chat.begin({ kind: "support", message: { text: "help" } })).rejects.toMatchObject({ status: 0 });
      const { headers, body } = server.of("/api/chat/conversations").at(-1)!;
      return [headers["Idempotency-Key"], JSON.parse(body!).message.clientMessageId].join();
    };
    const begun: string[] = [];
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      for (const minutes of [0, 9, 9, 10]) {
        vi.setSystemTime(Date.now() + minutes * 60_000);
        begun.push(await begin());
      }
    } finally {
      vi.useRealTimers();
    }
    expect(begun.map((one) => begun.indexOf(one))).toEqual([0, 0, 0, 3]);
  });

  test("somebody has to be named to assign a conversation, and the version may be left out", async () => {
    const { chat, server, sentTo } = await setup();
    server.routes[`POST ${LIST}/assign`] = () => ok({ conversation: conversation("c1", { assigneeId: "u7" }) });
    // @ts-expect-error the API has no way to take the assignee away
    await chat.act("c1", "assign", { assigneeId: null });
    expect((await chat.act("c1", "assign", { assigneeId: "u7" })).assigneeId).toBe("u7");
    expect(sentTo("/assign").at(-1)).toEqual({ assigneeId: "u7" });
  });

  test("nothing is taken without a user", async () => {
    const { metaia } = client();
    await expect(chatOf(metaia).send("c1", { text: "lost" })).rejects.toMatchObject({ code: "signed_out" });
    expect(chatOf(metaia).store.getState().outgoing).toEqual([]);
  });
});

describe("live", () => {
  test("typing ends by itself, with a stop, and with a message", async () => {
    const { chat, event, arrives } = await setup();
    const typing = () => chat.store.getState().typing["c1"];
    event("typing:start", { userId: "u2", expiresIn: 0.05 });
    expect(typing()).toEqual(["u2"]);
    await until(() => typing()!.length === 0);
    event("typing:start", { userId: "u2", expiresIn: 8 });
    event("typing:stop", { userId: "u2" });
    expect(typing()).toEqual([]);
    event("typing:start", { userId: "u2", expiresIn: 8 });
    arrives(message(1));
    expect(typing()).toEqual([]);
  });

  test("one typing:start in four seconds is sent, and one stop", async () => {
    const { chat, transport } = await setup();
    for (let n = 0; n < 5; n++) chat.typing("c1", true);
    chat.typing("c1", false);
    chat.typing("c1", false);
    const sent = transport.last.requests.map(([name]) => name).filter((name) => name.startsWith("typing"));
    expect(sent).toEqual(["typing:start", "typing:stop"]);
  });

  test("messages that are not on screen are confirmed together", async () => {
    const { chat, arrives, transport } = await setup();
    await chat.get("c1");
    arrives(message(1));
    arrives(message(2));
    await until(() => transport.last.requests.some(([name]) => name === "chat:delivered"));
    expect(transport.last.requests.filter(([name]) => name === "chat:delivered")).toEqual([["chat:delivered", { conversations: [{ id: "c1", seq: 2 }] }]]);
  });

  test("a conversation on screen is joined, and left", async () => {
    const { chat, transport } = await setup();
    const leave = chat.watch("c1");
    leave();
    const sent = transport.last.requests.filter(([name]) => name.startsWith("chat:"));
    expect(sent).toEqual([["chat:join", { conversationId: "c1" }], ["chat:leave", { conversationId: "c1" }]]);
  });

  test("who joins and has missed something fetches it", async () => {
    const { chat, transport, state, texts } = await setup([message(1)]);
    await chat.open("c1");
    state.messages = [message(2)];
    state.conversation = { ...state.conversation, version: 2, lastSeq: 2 };
    transport.answer = () => ({ ok: true, data: { conversation: state.conversation, room: "chat-c1" } });
    const leave = chat.watch("c1");
    await until(() => texts()!.length === 2);
    leave();
  });

  test("receipts rise only, and make the status of a message", async () => {
    const { chat, event, shown } = await setup([message(1, "u1")]);
    await chat.get("c1");
    const status = () => deliveryOf(message(1, "u1"), shown(), "u1");
    expect(status()).toBe("sent");
    event("chat:status", { userId: "u2", deliveredSeq: 1, readSeq: 0 });
    expect(status()).toBe("delivered");
    event("chat:status", { userId: "u2", deliveredSeq: 1, readSeq: 1 });
    event("chat:status", { userId: "u2", deliveredSeq: 0, readSeq: 0 });
    expect(status()).toBe("read");
  });

  test("a change of the conversation, which names no receipts, takes none away", async () => {
    const { chat, event, shown } = await setup([message(1, "u1")]);
    await chat.get("c1");
    event("chat:status", { userId: "u2", deliveredSeq: 1, readSeq: 1 });
    const participants = [...shown().participants, { ...shown().participants[0]!, userId: "u3" }].map((one) => ({ ...one, deliveredSeq: null, readSeq: null }));
    event("chat:conversation", { conversationVersion: 2, change: "participants", userId: "u3", conversation: { participants, participantCount: 3 } });
    const marks = shown().participants.map(({ userId, deliveredSeq, readSeq }) => [userId, deliveredSeq, readSeq]);
    expect(marks).toEqual([["u1", 0, 0], ["u2", 1, 1], ["u3", null, null]]);
    expect(shown()).toMatchObject({ version: 2, participantCount: 3 });
  });

  test("in support any one of staff has read for the person", () => {
    const people = [["u1", "customer", 0], ["s1", "support", 0], ["s2", "admin", 3]] as const;
    const participants = people.map(([userId, role, readSeq]) => ({ ...conversation("c1").participants[0]!, userId, role, readSeq }));
    const support = conversation("c1", { kind: "support", participants });
    expect(deliveryOf(message(3, "u1"), support, "u1")).toBe("read");
    expect(deliveryOf(message(3, "s1"), support, "s1")).toBe("sent");
  });
});
