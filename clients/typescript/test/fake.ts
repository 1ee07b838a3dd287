// A server and a transport that tests control.
import { vi } from "vitest";
import type { Media } from "../src/media/index.js";
import type { Booking } from "../src/bookings/index.js";
import type { Conversation, Message } from "../src/chat/index.js";
import { assemble, type Metaia, type MetaiaOptions } from "../src/metaia.js";
import type { Payment, Refund } from "../src/payments/index.js";
import { memoryStorage } from "../src/storage.js";
import type { Handlers, Opening, Transport, TransportName } from "../src/transports/transport.js";

export interface Sent {
  method: string;
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}
type Reply = { status?: number; body?: unknown; headers?: Record<string, string> } | Error;
type Route = (sent: Sent) => Reply | Promise<Reply>;

/** Return a token that ends in `seconds`; `n` makes it unique. */
export function token(n: number | string, seconds = 900): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = btoa(JSON.stringify({ iat, exp: iat + seconds, n }));
  return `h.${claims}.s`;
}

export const user = (id = "u1") => ({ id, name: id, email: `${id}@x.example`, role: "tailor" }) as any;
export const ok = (data: unknown, meta: unknown = {}): Reply => ({ body: { status: "success", data, meta } });
export const problem = (status: number, code: string, details = {}, headers = {}): Reply => ({
  status,
  headers,
  body: { status: "error", error: { code, message: code, details }, requestId: "r1" },
});
export const order = (id: string, version: number, status = "pending", more = {}): any => ({
  id,
  version,
  status,
  orderNumber: id,
  partnerId: "u1",
  createdAt: `2026-01-01T00:00:0${id.at(-1)}Z`,
  allowedActions: ["accept"],
  items: [],
  ...more,
});

export const media = (id: string, version = 1, status = "ready", more: Partial<Media> = {}): Media =>
  ({ id, version, status, kind: "image", url: status === "ready" ? `http://m/${id}` : null, urlExpiresAt: null, thumbnails: null, allowedActions: ["delete"], reason: null, ...more }) as Media;

export const payment = (id: string, version = 1, status = "pending", more: Partial<Payment> = {}): Payment =>
  ({ id, version, status, orderId: "o1", amount: 100, captured: 0, refunded: 0, refunding: 0, disputed: 0, currency: "INR", method: null, allowedActions: [], createdAt: `2026-01-01T00:00:0${id.at(-1)}Z`, ...more }) as Payment;
export const refund = (id: string, version = 1, status = "requested", more: Partial<Refund> = {}): Refund =>
  ({ id, version, status, paymentId: "p1", orderId: "o1", amount: 5, currency: "INR", allowedActions: [], createdAt: `2026-01-01T00:00:0${id.at(-1)}Z`, ...more }) as Refund;

export const booking = (id: string, version = 1, status = "pending", more: Partial<Booking> = {}): Booking =>
  ({ id, version, status, partnerId: "p1", customerId: "u1", notes: null, customerInfo: { name: null, phone: null }, allowedActions: [], startsAt: `2026-12-0${id.at(-1)}T09:00:00Z`, ...more }) as Booking;

export const conversation = (id: string, more: Partial<Conversation> = {}): Conversation => ({
  id,
  kind: "direct",
  title: null,
  dealId: null,
  orderId: null,
  status: "open",
  participants: ["u1", "u2"].map((userId) => ({ userId, role: userId === "u1" ? "tailor" : "customer", name: userId, joinedAt: "", leftAt: null, deliveredSeq: 0, readSeq: 0 })),
  participantCount: 2,
  lastSeq: 0,
  version: 1,
  lastMessage: null,
  unread: 0,
  unreadMore: false,
  mine: { readSeq: 0, mutedUntil: null, notify: "all", pinned: false, archived: false, clearedSeq: 0 },
  ownerId: null,
  assigneeId: null,
  allowedActions: ["send"],
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  ...more,
});

export const message = (seq: number, sender = "u2", more: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  conversationId: "c1",
  dealId: null,
  seq,
  version: 1,
  clientMessageId: null,
  sender: { id: sender, role: "customer", name: sender },
  kind: "text",
  text: `text ${seq}`,
  attachments: [],
  replyTo: null,
  mentions: [],
  reactions: [],
  system: null,
  clientSentAt: null,
  createdAt: `2026-01-01T00:${String(seq % 60).padStart(2, "0")}:00Z`,
  editedAt: null,
  deletedAt: null,
  deletedBy: null,
  ...more,
});

/** A server whose routes are functions; unknown routes are 404. */
export class FakeServer {
  sent: Sent[] = [];
  routes: Record<string, Route> = {
    "GET /api/orders": () => ok({ orders: [] }, { nextCursor: null }),
    "GET /api/notifications": () => ok({ notifications: [] }, { nextCursor: null, unread: 0 }),
    "GET /api/sync": () => ok({ events: [], cursor: "c0", more: false, resync: false }),
  };

  fetch = vi.fn(async (url: any, init: any = {}) => {
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    const path = String(url).replace(/^https?:\/\/[^/]+/, "");
    const sent: Sent = { method: init.method, path, body: init.body, headers: init.headers };
    this.sent.push(sent);
    const route = this.routes[`${sent.method} ${path.split("?")[0]}`];
    const reply = route ? await route(sent) : problem(404, "not_found");
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    if (reply instanceof Error) throw reply;
    const { status = 200, body, headers = {} } = reply;
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  }) as unknown as typeof fetch;

  of = (path: string): Sent[] => this.sent.filter((one) => one.path.split("?")[0] === path);
}

/** A transport whose links the test opens, feeds and ends. */
export class FakeTransport implements Transport {
  links: (Handlers & { opening: Opening; closed: boolean; requests: [string, any][] })[] = [];
  answer: (name: string, data: any) => any = () => ({ ok: true, data: { at: new Date().toISOString() } });

  constructor(
    readonly name: TransportName = "socketio",
    readonly sends = true,
  ) {}

  usable = () => true;

  open(opening: Opening) {
    const link = { ...opening.handlers, opening, closed: false, requests: [] as [string, any][] };
    this.links.push(link);
    const request = async (name: string, data: any) => {
      link.requests.push([name, data]);
      return this.answer(name, data);
    };
    return { close: () => void (link.closed = true), ...(this.sends ? { request } : {}) };
  }

  get last() {
    return this.links.at(-1)!;
  }

  /** Bring the newest link to `live`. */
  live(cursor = "c1", resync = false) {
    this.last.open();
    this.last.event("sync", { cursor, replayed: 0, complete: true, resync }, cursor);
  }
}

/** Return a client, logged in as u1, on a fake server and transport. */
export function client(options: Partial<MetaiaOptions> = {}, transports: Transport[] = [new FakeTransport()]) {
  const server = new FakeServer();
  const storage = memoryStorage();
  const metaia: Metaia = assemble(
    {
      baseUrl: "http://server.example",
      storage,
      fetch: server.fetch,
      tokens: { access: async () => ({ accessToken: token(1), user: user() }) },
      onError: () => undefined,
      ...options,
    },
    transports,
  );
  return { metaia, server, storage: options.storage ?? storage, transport: transports[0] as FakeTransport };
}

export const until = (what: () => unknown): Promise<void> =>
  vi.waitFor(async () => {
    if (!(await what())) throw new Error(`not yet: ${what}`);
  }, 5_000);
