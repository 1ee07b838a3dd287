// Reviews: written after a delivery, answered by the partner, reported, and their figures.
import type { Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

/** A review; its order is there for its author and staff only. */
export type Review = Schemas["ReviewOut"];
export type SubjectType = Review["subject"]["type"];
/** `distribution`: how many have "1" … "5" stars. */
export type ReviewSummary = Schemas["RatingSummaryOut"];

/** Reviews of one partner, or of one product. */
export interface ReviewFilter {
  partnerId?: string;
  productId?: string;
  rating?: number;
  withText?: boolean;
  sort?: "-createdAt" | "createdAt" | "-rating" | "rating";
  limit?: number;
  cursor?: string;
}

export type ReportReason = "spam" | "offensive" | "personal_data" | "not_a_customer" | "conflict_of_interest" | "other";

export interface NewReview {
  orderId?: string;
  bookingId?: string;
  subjects: { type: SubjectType; id: string; rating: number; tags?: string[] }[];
  text?: string;
  mediaIds?: string[];
}

export interface Reviews {
  /** A page of reviews, newest first. Needs no login. */
  list(filter?: ReviewFilter, signal?: AbortSignal): Promise<{ reviews: Review[]; summary: ReviewSummary | undefined; nextCursor: string | null }>;
  /** Review what an order or a booking was; one review for each subject. */
  create(review: NewReview, key?: string): Promise<Review[]>;
  change(id: string, body: { rating?: number; text?: string | null; expectedVersion?: number }): Promise<Review>;
  remove(id: string): Promise<void>;
  /** Answer as the partner; null takes the answer back. */
  reply(id: string, text: string | null): Promise<Review>;
  /** Those that the user has written; with `orderId` those of one order. */
  mine(filter?: { orderId?: string; bookingId?: string; limit?: number; cursor?: string }, signal?: AbortSignal): Promise<{ reviews: Review[]; nextCursor: string | null }>;
  report(id: string, reason: ReportReason, note?: string): Promise<void>;
  /** For staff; the reason is in the audit log. */
  moderate(id: string, action: "hide" | "show", reason: string): Promise<Review>;
}

const LIST = "/api/reviews";
const made = new WeakMap<Metaia, Reviews>();

/** Return the reviews of a client: the same object each time. */
export function reviewsOf(metaia: Metaia): Reviews {
  const known = made.get(metaia) ?? createReviews(metaia);
  made.set(metaia, known);
  return known;
}

function createReviews({ rest, auth }: Metaia): Reviews {
  const one = (id: string) => ({ path: { review_id: id } });
  const key = () => randomId(platformRandom);
  return {
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter }, signal, auth: !!auth.user });
      return { reviews: data.reviews, summary: meta.summary, nextCursor: meta.nextCursor ?? null };
    },
    create: async (review, own = key()) => (await rest.send("post", LIST, { body: review, key: own })).data.reviews,
    change: async (id, body) => (await rest.send("patch", `${LIST}/{review_id}`, { ...one(id), body, key: key() })).data.review,
    remove: async (id) => void (await rest.send("delete", `${LIST}/{review_id}`, { ...one(id), key: key() })),
    async reply(id, text) {
      const path = `${LIST}/{review_id}/reply`;
      const asked = text === null ? rest.send("delete", path, { ...one(id), key: key() }) : rest.send("put", path, { ...one(id), body: { text }, key: key() });
      return (await asked).data.review;
    },
    async mine(filter = {}, signal) {
      const { data, meta } = await rest.send("get", `${LIST}/mine`, { query: { ...filter }, signal });
      return { reviews: data.reviews, nextCursor: meta.nextCursor ?? null };
    },
    report: async (id, reason, note) => void (await rest.send("post", `${LIST}/{review_id}/report`, { ...one(id), body: { reason, ...(note && { note }) }, key: key() })),
    moderate: async (id, action, reason) => (await rest.send("patch", `/api/admin/reviews/{review_id}/${action}`, { ...one(id), body: { reason }, key: key() })).data.review,
  };
}
