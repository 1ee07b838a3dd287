// What the functions of chat take and give, and the state of its store. Times are RFC 3339.

export type ConversationKind = "direct" | "deal" | "support" | "group";
export type Notify = "all" | "mentions" | "none";

export interface Participant {
  userId: string;
  role: string;
  /** A partner's business name; of others the first name; null for a deleted account. */
  name: string | null;
  joinedAt: string;
  leftAt: string | null;
  /** Up to which number of a message; null where receipts are hidden. */
  deliveredSeq: number | null;
  readSeq: number | null;
}

/** What only the user sees of a conversation. */
export interface Mine {
  readSeq: number;
  mutedUntil: string | null;
  notify: Notify;
  pinned: boolean;
  archived: boolean;
  clearedSeq: number;
}

export interface Conversation {
  id: string;
  kind: ConversationKind;
  title: string | null;
  dealId: string | null;
  orderId: string | null;
  status: "open" | "closed";
  /** The first 32 of `participantCount`. */
  participants: Participant[];
  participantCount: number;
  lastSeq: number;
  /** Counts every change that all participants see: messages, edits, deletions, reactions, people, title, status. */
  version: number;
  lastMessage: Message | null;
  /** Exact up to 100; then `unreadMore`. */
  unread: number;
  unreadMore: boolean;
  /** Null for staff without a place in it. */
  mine: Mine | null;
  ownerId: string | null;
  assigneeId: string | null;
  allowedActions: string[];
  createdAt: string;
  updatedAt: string;
}

export interface Attachment {
  mediaId: string;
  kind: "image" | "document" | "voice";
  name: string;
  mimeType: string;
  bytes: number | null;
  width: number | null;
  height: number | null;
  duration: number | null;
  /** Asks for membership each time; null until the file is ready. */
  url: string | null;
  thumbnailUrl: string | null;
}

export interface Quote {
  id: string;
  seq: number;
  senderId: string | null;
  excerpt: string | null;
  deleted: boolean;
}

export interface Reaction {
  emoji: string;
  count: number;
  /** The first 20. */
  userIds: string[];
}

export type Delivery = "sent" | "delivered" | "read";

export interface Message {
  id: string;
  conversationId: string;
  dealId: string | null;
  /** 1, 2, 3 … without gaps: the order on every screen. */
  seq: number;
  /** Counts its edits. */
  version: number;
  clientMessageId: string | null;
  sender: { id: string; role: string; name: string | null } | null;
  kind: "text" | "image" | "document" | "voice" | "system";
  text: string | null;
  attachments: Attachment[];
  replyTo: Quote | null;
  mentions: string[];
  reactions: Reaction[];
  system: { event: string; data: Record<string, unknown> } | null;
  /** For its sender, over REST. */
  status?: Delivery | null;
  clientSentAt: string | null;
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  deletedBy: "sender" | "moderator" | null;
}

/** What a user writes. */
export interface Draft {
  text?: string;
  attachments?: { mediaId: string; name?: string }[];
  /** The id of the message that is answered. */
  replyTo?: string;
  mentions?: string[];
}

/** A message on its way. It is sent until the server has it, also after a restart, and takes effect once. */
export interface Outgoing {
  clientMessageId: string;
  conversationId: string;
  /** The body as it is sent at each try. */
  body: Draft & { clientMessageId: string; clientSentAt: string };
  /** `failed`: the server refuses it; it is tried again when the user wants it. */
  state: "waiting" | "failed";
  /** The code of the refusal. */
  error: string | null;
}

/** The messages of a conversation that are loaded: a part without gaps. */
export interface Thread {
  messages: Message[];
  /** Of the conversation, up to which all changes are in here. */
  version: number;
  hasBefore: boolean;
  hasAfter: boolean;
}

/** How far the user has read, and what is unread up to the message `lastSeq`. */
export interface Mark {
  readSeq: number;
  unread: number;
  unreadMore?: boolean;
  lastSeq?: number;
}

export interface Unread {
  conversations: number;
  messages: number;
  more: boolean;
}

export interface ChatState {
  conversations: Record<string, Conversation>;
  threads: Record<string, Thread>;
  /** In the order in which they were written. */
  outgoing: Outgoing[];
  /** Who writes, by conversation. */
  typing: Record<string, string[]>;
  /** Of all conversations; null until it was asked for. */
  unread: Unread | null;
  /** Users whose messages do not count. */
  blocked: string[];
  /** Rises when a list may have other conversations. */
  changes: number;
  /** Rises when a list of unread conversations may have other ones. */
  unreadChanges: number;
}

/** How to begin a conversation; with a first message by choice. */
export type Beginning = (
  | { participantId: string }
  | { orderId: string }
  | { offerId: string }
  | { bookingId: string }
  | { dealId: string }
  | { kind: "support"; topic?: string; orderId?: string }
  | { kind: "group"; title: string; participantIds: string[] }
) & { message?: Draft };

export interface ConversationFilter {
  kind?: ConversationKind | readonly ConversationKind[];
  status?: "open" | "closed";
  unread?: true;
  archived?: boolean;
  dealId?: string;
  q?: string;
  sort?: string;
  limit?: number;
  cursor?: string;
}

/** A message that was found, with what matches: begin and length in its excerpt. */
export interface Found {
  message: Message;
  excerpt: string;
  matches: [start: number, length: number][];
}

/** A file, and the message that it is attached to. */
export interface Attached {
  messageId: string;
  conversationId: string;
  seq: number;
  senderId: string;
  createdAt: string;
  attachment: Attachment;
}

export interface Block {
  userId: string;
  name: string | null;
  role: string;
  createdAt: string;
}

export interface ChatSettings {
  readReceipts: boolean;
  typing: boolean;
  presence: "everybody" | "nobody";
  whoMayWrite: "anyone" | "customers_only";
}

export type ReportReason = "spam" | "abuse" | "fraud" | "off_platform_payment" | "other";
