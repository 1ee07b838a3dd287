// The console's conversation, bundled as it is served: what is attached is what is sent, and a draft stays.
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Conversation, Message } from "../src/chat/index.js";
import { bundled, page } from "./drawn.js";
import { client, conversation, media, message, ok, until } from "./fake.js";

const C1 = "/api/chat/conversations/c1";
const BUNDLING = 60_000; // ms, on a busy machine
let script = "";
beforeAll(async () => void (script = await bundled("chat")), BUNDLING);
let close = () => undefined as void;
afterEach(() => close());

/** Draw a conversation with one message, and return what a user does in it. */
async function drawn(more: Partial<Conversation> = {}) {
  const given = client();
  const { metaia, server, transport } = given;
  server.routes["GET /api/chat/blocks"] = () => ok({ blocks: [] });
  server.routes[`GET ${C1}`] = () => ok({ conversation: conversation("c1", { lastSeq: 1, ...more }) });
  server.routes[`GET ${C1}/messages`] = () => ok({ messages: [message(1)] }, { version: 1, hasBefore: false, hasAfter: false });
  server.routes[`PUT ${C1}/read`] = () => ok({ readSeq: 1, unread: 0 });
  server.routes[`POST ${C1}/messages`] = ({ body }) => ok({ message: message(2, "u1", { clientMessageId: JSON.parse(body!).clientMessageId }) });
  metaia.connection.start();
  await until(() => transport.links.length);
  transport.live();
  await until(() => metaia.connection.isConnected);
  const window = await page();
  delete window.XMLHttpRequest; // uploads go through the client's fetch
  window.eval(script);
  window.drawn.drawConversation(metaia, "c1");
  close = () => (metaia.close(), window.close());
  const find = (selector: string) => window.document.querySelector(selector);
  const all = (selector: string) => [...window.document.querySelectorAll(selector)] as any[];
  await until(() => find(more.mine === null ? ".chat-outside" : "textarea"));
  return {
    ...given,
    window,
    find,
    all,
    event: (one: Message) => transport.last.event("chat:message", { ...one, conversationVersion: one.seq, eventId: `e${one.seq}` } as never, `k${one.seq}`),
    sent: () => server.of(`${C1}/messages`).filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body!)),
    pick(...names: string[]) {
      const input = find("input[type=file]");
      Object.defineProperty(input, "files", { configurable: true, value: names.map((name) => new window.File(["x"], name, { type: "image/png" })) });
      input.dispatchEvent(new window.Event("change", { bubbles: true }));
    },
    async type(value: string, selector = "textarea") {
      await until(() => find(selector));
      const field = find(selector);
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")!.set!.call(field, value);
      field.dispatchEvent(new window.Event("input", { bubbles: true }));
    },
    async press(label: string) {
      const button = () => all("button:enabled").find((one) => one.getAttribute("aria-label") === label || one.textContent === label);
      await until(button);
      button()!.click();
    },
  };
}

test("all files that are attached at once are sent", async () => {
  const { server, all, pick, press, sent } = await drawn();
  let n = 0;
  const answers: (() => void)[] = [];
  server.routes["POST /api/upload/image"] = () => new Promise((done) => answers.push(() => done(ok({ media: media(`f${++n}`) }))));
  pick("a.png", "b.png", "c.png");
  await until(() => answers.length === 3);
  answers.forEach((answer) => answer()); // they end together
  await until(() => all(".uploading.done").length === 3);
  await press("Send");
  await until(() => sent().length);
  expect(sent()[0].attachments.map(({ mediaId }: any) => mediaId)).toEqual(["f1", "f2", "f3"]);
});

test("a file that was removed is not attached again, and counts no more", async () => {
  const { server, all, find, pick, press, sent } = await drawn();
  let n = 0;
  server.routes["POST /api/upload/image"] = () => ok({ media: media(`f${++n}`) });
  pick(...Array.from({ length: 10 }, (_, index) => `${index}.png`));
  await until(() => all(".uploading.done").length === 10);
  expect(find("input[type=file]").disabled).toBe(true);
  for (let left = 9; left >= 1; left--) {
    all(".uploading.done button")[0].click();
    await until(() => all(".uploading").length === left);
  }
  expect(find("input[type=file]").disabled).toBe(false);
  pick("new.png");
  await until(() => all(".uploading.done").length === 2);
  expect(server.of("/api/upload/image")).toHaveLength(11);
  await press("Send");
  await until(() => sent().length);
  expect(sent()[0].attachments).toHaveLength(2);
});

test("a draft stays when a message is answered, or when one is edited first", async () => {
  const { server, metaia, find, all, press, type, sent, event } = await drawn();
  server.routes["PATCH /api/chat/messages/m2"] = () => ok({ message: message(2, metaia.auth.user!.id, { version: 2 }) });
  event(message(2, metaia.auth.user!.id, { text: "mine", createdAt: new Date().toISOString() }));
  const field = () => all("textarea").find((one) => !one.closest("[hidden]"));
  await type("a draft");
  await press("Edit");
  await until(() => field()?.value === "mine");
  await press("Save");
  await until(() => field()?.value === "a draft");
  await press("Reply");
  await until(() => find(".chat-writing"));
  expect(field().value).toBe("a draft");
  await press("Send");
  await until(() => sent().length);
  expect(sent()[0]).toMatchObject({ text: "a draft", replyTo: "m1" });
});

test("staff outside of a conversation reads all its messages, with a reason that the server takes", async () => {
  const { server, window, all, find, press, type } = await drawn({ mine: null, allowedActions: ["join"] });
  const path = "/api/admin/chat/conversations/c1/messages";
  server.routes[`GET ${path}`] = ({ path: asked }) => (asked.includes("before=3") ? ok({ messages: [message(1), message(2)] }, { hasBefore: false }) : ok({ messages: [message(3)] }, { hasBefore: true }));
  Object.assign(window.HTMLDialogElement.prototype, { showModal: () => undefined, close: () => undefined });
  await press("Read with a reason");
  const confirm = () => all("dialog footer button").at(-1);
  await type("abcd", "dialog input");
  await until(() => find("dialog input").value === "abcd");
  expect(confirm().disabled).toBe(true);
  await type("abcde", "dialog input");
  await until(() => !confirm().disabled);
  confirm().click();
  await press("Earlier messages");
  await until(() => all(".timeline li").length === 3);
  expect(all(".timeline li .chat-text").map((one) => one.textContent)).toEqual(["text 1", "text 2", "text 3"]);
  expect(server.of(path).map((one) => one.path.split("?")[1])).toEqual(["reason=abcde", "reason=abcde&before=3"]);
  await until(() => !all("button").some((one) => one.textContent === "Earlier messages"));
});
