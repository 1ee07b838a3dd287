// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { chatOf } from "../src/chat/index.js";
import { useConversation, useConversations, useUnreadMessages } from "../src/chat/react.js";
import { useDeal } from "../src/deals/react.js";
import { useOffer, useOffers } from "../src/offers/react.js";
import { MetaiaProvider } from "../src/react/index.js";
import { client, conversation, message, ok, problem, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

function setup() {
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  given.server.routes["GET /api/chat/blocks"] = () => ok({ blocks: [] });
  given.server.routes["GET /api/chat/conversations/c1"] = () => ok({ conversation: conversation("c1", { lastSeq: 1, version: 1, lastMessage: message(1) }) });
  given.server.routes["GET /api/chat/conversations/c1/messages"] = () => ok({ messages: [message(1)] }, { version: 1, hasBefore: false, hasAfter: false });
  return { ...given, wrapper };
}

async function live({ transport, metaia }: ReturnType<typeof setup>) {
  await until(() => transport.links.length);
  act(() => transport.live());
  await until(() => metaia.connection.isConnected);
}

const sent = (seq: number, more = {}) => ({ ...message(seq), conversationVersion: seq, eventId: `e${seq}`, ...more }) as never;

test("useConversation loads, joins, follows events, and shows what is on its way", async () => {
  const given = setup();
  const { result, unmount } = renderHook(() => useConversation("c1"), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.messages?.length === 1 && result.current.conversation);
  act(() => given.transport.last.event("chat:message", sent(2), "k2"));
  expect(result.current.messages!.map(({ seq }) => seq)).toEqual([1, 2]);
  given.server.routes["POST /api/chat/conversations/c1/messages"] = () => problem(403, "restricted");
  await act(async () => void (await result.current.send({ text: "hello" })));
  await until(() => result.current.outgoing[0]?.state === "failed");
  expect(given.transport.last.requests.map(([name]) => name)).toContain("chat:join");
  unmount();
  await until(() => given.transport.last.requests.some(([name]) => name === "chat:leave"));
});

test("useConversation hides what the user has cleared", async () => {
  const given = setup();
  const mine = { ...conversation("c1").mine!, clearedSeq: 1 };
  given.server.routes["GET /api/chat/conversations/c1"] = () => ok({ conversation: conversation("c1", { lastSeq: 1, mine }) });
  const { result } = renderHook(() => useConversation("c1"), { wrapper: given.wrapper });
  await until(() => result.current.conversation && result.current.messages);
  expect(result.current.messages).toEqual([]);
});

test("useConversations has pinned ones first, then the last spoken in", async () => {
  const given = setup();
  const of = (id: string, seq: number, pinned = false) => conversation(id, { lastMessage: message(seq, "u2", { conversationId: id }), lastSeq: seq, version: seq, mine: { ...conversation(id).mine!, pinned } });
  given.server.routes["GET /api/chat/conversations"] = () => ok({ conversations: [of("c3", 3), of("c1", 1), of("c2", 2, true)] }, { nextCursor: null });
  const { result } = renderHook(() => useConversations({ archived: false }), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.data?.length === 3);
  expect(result.current.data!.map(({ id }) => id)).toEqual(["c2", "c3", "c1"]);
  act(() => given.transport.last.event("chat:message", sent(4, { conversationId: "c1", conversationVersion: 2 }), "k4"));
  expect(result.current.data!.map(({ id }) => id)).toEqual(["c2", "c1", "c3"]);
  expect(result.current.data![1]!.unread).toBe(1);
});

test("a list of unread conversations gets one that was read when its next message comes", async () => {
  const given = setup();
  const [first, second] = [conversation("c1", { unread: 1, version: 1 }), conversation("c2", { unread: 0, version: 1 })];
  let unread = [first];
  given.server.routes["GET /api/chat/conversations"] = () => ok({ conversations: unread }, { nextCursor: null });
  given.server.routes["GET /api/chat/conversations/c2"] = () => ok({ conversation: second });
  const { result } = renderHook(() => useConversations({ unread: true }), { wrapper: given.wrapper });
  await live(given);
  await act(async () => void (await chatOf(given.metaia).get("c2")));
  await until(() => result.current.data?.length === 1);
  const arrived = message(1, "u2", { conversationId: "c2" });
  unread = [first, { ...second, unread: 1, version: 2, lastSeq: 1, lastMessage: arrived }];
  act(() => given.transport.last.event("chat:message", { ...arrived, conversationVersion: 2, eventId: "e1" } as never, "k1"));
  await until(() => result.current.data?.length === 2);
});

test("useUnreadMessages asks for all, and follows", async () => {
  const given = setup();
  given.server.routes["GET /api/chat/unread"] = () => ok({ conversations: 1, messages: 4, more: false });
  const { result } = renderHook(() => [useUnreadMessages(), useConversation("c1").conversation] as const, { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current[0]?.messages === 4 && result.current[1]);
  act(() => given.transport.last.event("chat:message", sent(2), "k2"));
  expect(result.current[0]).toEqual({ conversations: 2, messages: 5, more: false });
});

test("useOffers keeps the order of the server, and useOffer reads the rounds of each version", async () => {
  const given = setup();
  const offer = (id: string, version = 1) => ({ id, version, status: "pending", turn: "u1", updatedAt: `${version}` });
  let rounds = 1;
  given.server.routes["GET /api/offers"] = () => ok({ offers: [offer("o2"), offer("o1")] }, { nextCursor: null });
  given.server.routes["GET /api/offers/o1"] = () => ok({ offer: offer("o1") });
  given.server.routes["GET /api/offers/o1/history"] = () => ok({ offer: offer("o1", rounds), rounds: Array(rounds).fill({}), steps: [] });
  const list = renderHook(() => useOffers({ turn: "mine" }), { wrapper: given.wrapper });
  const one = renderHook(() => useOffer("o1"), { wrapper: given.wrapper });
  await live(given);
  await until(() => list.result.current.data?.length === 2 && one.result.current.history?.rounds.length === 1);
  expect(list.result.current.data!.map(({ id }) => id)).toEqual(["o2", "o1"]);
  rounds = 2;
  act(() => given.transport.last.event("offer:updated", { offerId: "o1", offer: offer("o1", 2), eventId: "e1" } as never, "k1"));
  await until(() => one.result.current.history?.rounds.length === 2);
  expect(one.result.current.offer!.version).toBe(2);
});

test("useDeal appends what comes, changes messages in their place, and loads earlier entries", async () => {
  const given = setup();
  const entry = (id: string, more = {}) => ({ id, cursor: id, kind: "message", action: "send", actor: null, at: "", ...more });
  let newest = [entry("e2", { message: message(1) })];
  given.server.routes["GET /api/deals/d1"] = () => ok({ deal: { id: "d1", stage: "negotiating" } });
  given.server.routes["GET /api/deals/d1/timeline"] = ({ path }) =>
    path.includes("before=") ? ok({ entries: [entry("e1")] }, { firstCursor: "e1", hasBefore: false, hasAfter: true }) : ok({ entries: newest }, { firstCursor: "e2", hasBefore: true, hasAfter: false });
  const { result } = renderHook(() => useDeal("d1"), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.entries?.length === 1);
  newest = [...newest, entry("e3")];
  act(() => given.transport.last.event("chat:message_update", sent(1, { id: "m1", dealId: "d1", text: "edited", change: "edited", eventId: "x1" }), "k1"));
  expect(result.current.entries![0]!.message!.text).toBe("edited");
  newest[0] = entry("e2", { message: message(1, "u2", { text: "edited" }) });
  await until(() => result.current.entries!.length === 2);
  act(() => result.current.before());
  await until(() => result.current.entries!.length === 3);
  expect(result.current.entries!.map(({ id }) => id)).toEqual(["e1", "e2", "e3"]);
  expect(result.current.hasBefore).toBe(false);
});
