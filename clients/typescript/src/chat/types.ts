// What the functions of chat take and give, and the state of its store. Times are RFC 3339.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";

/** Names: a partner's business name; of others the first name; null for a deleted account. Marks: null where hidden. */
export type Participant = Schemas["ParticipantOut"];
/** What only the user sees of a conversation. */
export type Mine = Schemas["MineOut"];
export type Notify = Mine["notify"];

/**
 * A conversation: the first 32 of its `participantCount` people; `unread` is exact up to 100, then `unreadMore`; `mine` is
 * null for staff without a place in it. `version` counts every change that all participants see.
 */
export interface Conversation extends Omit<Schemas["ConversationOut"], "lastMessage"> {
  lastMessage: Message | null;
}
export type ConversationKind = Conversation["kind"];

/** `url` asks for membership each time; null until the file is ready. */
export type Attachment = Schemas["AttachmentOut"];
export type Quote = Schemas["ReplyOut"];
/** An emoji of a message, with the first 20 users. */
export type Reaction = Schemas["ReactionOut"];
export type Delivery = NonNullable<Schemas["MessageOut"]["status"]>;

/** A message. `seq` is its place, 1, 2, 3 … without gaps; `version` counts its edits. Events have no `status`. */
export interface Message extends Omit<Schemas["MessageOut"], "status"> {
  /** For its sender, over REST. */
  status?: Delivery | null;
}

/** What a user writes; `replyTo` is the id of the message that is answered. */
export type Draft = Omit<Schemas["SendMessage"], "clientMessageId" | "clientSentAt">;

/** A message on its way. It is sent until the server has it, also after a restart, and takes effect once. */
export interface Outgoing {
  clientMessageId: string;
  conversationId: string;
  /** The body as it is sent at each try. */
  body: Schemas["SendMessage"];
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
export type Mark = Schemas["MineShown"];
export type Unread = Schemas["BadgeOut"];

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

type Body = Schemas["BeginConversation"];
type With<K extends keyof Body> = Required<Pick<Body, K>>;
type OfKind<K extends NonNullable<Body["kind"]>> = { kind: K };

/** How to begin a conversation; with a first message by choice. */
export type Beginning = (
  | With<"participantId">
  | With<"orderId">
  | With<"offerId">
  | With<"bookingId">
  | With<"dealId">
  | (OfKind<"support"> & Pick<Body, "topic" | "orderId">)
  | (OfKind<"group"> & With<"title" | "participantIds">)
) & { message?: Draft };

type ListQuery = NonNullable<paths["/api/chat/conversations"]["get"]["parameters"]["query"]>;

export interface ConversationFilter extends Omit<ListQuery, "kind"> {
  kind?: ConversationKind | readonly ConversationKind[];
}

export type MessageSearch = paths["/api/chat/search"]["get"]["parameters"]["query"];
export type AttachmentFilter = NonNullable<paths["/api/chat/attachments"]["get"]["parameters"]["query"]>;

type FoundMessage = Schemas["FoundOut"];

/** A message that was found, with what matches: begin and length in its excerpt. */
export interface Found extends Omit<FoundMessage, "message" | "matches"> {
  message: Message;
  matches: (FoundMessage["matches"][number] & [start: number, length: number])[]; // OpenAPI's arrays have no length
}

/** A file, and the message that it is attached to. */
export type Attached = Schemas["ListedAttachmentOut"];
export type Block = Schemas["BlockOut"];
export type ChatSettings = Schemas["ChatSettingsOut"];
export type Receipt = Schemas["MessageReceiptOut"];

type Report = Schemas["MakeReport"];
export type ReportReason = Report["reason"];
/** What a report is about. */
export type Reported = Required<Pick<Report, "messageId">> | Required<Pick<Report, "conversationId">> | Required<Pick<Report, "userId">>;
