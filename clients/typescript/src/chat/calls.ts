// Functions of chat that change no loaded thread: search, people, staff's actions, blocks, reports, settings.
import type { Schemas } from "../generated/events.js";
import type { Rest } from "../http.js";
import { platformRandom, randomId } from "../random.js";
import type { Attached, AttachmentFilter, Block, ChatSettings, Found, MessageSearch, Participant, Receipt, Reported, ReportReason } from "./types.js";

export interface ChatCalls {
  search(query: MessageSearch): Promise<{ found: Found[]; nextCursor: string | null }>;
  attachments(query: AttachmentFilter): Promise<{ attachments: Attached[]; nextCursor: string | null }>;
  /** All present participants of a conversation, which itself has the first 32. */
  participants(id: string): Promise<Participant[]>;
  /** Receipts of a message, for its sender. */
  receipts(messageId: string): Promise<Receipt[]>;
  blocks(): Promise<Block[]>;
  report(of: Reported, reason: ReportReason, note?: string): Promise<void>;
  settings(): Promise<ChatSettings>;
  setSettings(change: Schemas["ChangeChatSettings"]): Promise<ChatSettings>;
}

const BASE = "/api/chat";
const PAGE = 100; // participants

/** Return these functions for one client. */
export function createCalls(rest: Rest): ChatCalls {
  const get = (path: string, query: object = {}) => rest.send("get", BASE + path, { query: { ...query } });
  return {
    async search(query) {
      const { data, meta } = await get("/search", query);
      return { found: data.messages, nextCursor: meta.nextCursor ?? null };
    },
    async attachments(query) {
      const { data, meta } = await get("/attachments", query);
      return { attachments: data.attachments, nextCursor: meta.nextCursor ?? null };
    },
    async participants(id) {
      const found: Participant[] = [];
      for (let cursor: string | undefined | null; cursor !== null; ) {
        const { data, meta } = await get(`/conversations/${id}/participants`, { limit: PAGE, ...(cursor && { cursor }) });
        found.push(...data.participants);
        cursor = meta.nextCursor ?? null;
      }
      return found;
    },
    receipts: async (id) => (await get(`/messages/${id}/receipts`)).data.receipts,
    blocks: async () => (await get("/blocks")).data.blocks,
    async report(of, reason, note) {
      await rest.send("post", `${BASE}/reports`, { body: { ...of, reason, ...(note && { note }) }, key: randomId(platformRandom) });
    },
    settings: async () => (await get("/settings")).data.settings,
    setSettings: async (change) => (await rest.send("patch", `${BASE}/settings`, { body: change })).data.settings,
  };
}
