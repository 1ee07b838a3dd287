// Hooks for reviews.
import { useCallback, useState } from "react";
import { useEvent, useMetaia } from "../react/context.js";
import { usePaged, type Paged } from "../react/pages.js";
import { reviewsOf, type Review, type ReviewFilter, type Reviews, type ReviewSummary } from "./index.js";

/** The reviews of the provider's client. */
export const useReviewsClient = (): Reviews => reviewsOf(useMetaia());

/** The reviews that match `filter`, with their summary; fetched again after events about reviews. */
export function useReviews(filter: Omit<ReviewFilter, "cursor">): Paged<Review> & { summary: ReviewSummary | undefined } {
  const client = useReviewsClient();
  const [changes, setChanges] = useState(0);
  const [summary, setSummary] = useState<ReviewSummary>();
  const wanted = JSON.stringify(filter);
  const changed = () => setChanges((before) => before + 1);
  useEvent("review:created" as never, changed);
  useEvent("review:updated" as never, changed);
  const fetch = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<[Review[], string | null]> => {
      const found = await client.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
      if (!cursor && !signal.aborted) setSummary(found.summary);
      return [found.reviews, found.nextCursor];
    },
    [client, wanted],
  );
  return { ...usePaged(fetch, changes), summary };
}
