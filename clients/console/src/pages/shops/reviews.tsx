// Reviews: of a shop for customers; a partner answers, and anybody reports.
import type { ReportReason, Review, ReviewFilter, ReviewSummary } from "@metaia/client/reviews";
import { useReviews, useReviewsClient } from "@metaia/client/reviews/react";
import { useUser } from "@metaia/client/react";
import type { Shop } from "@metaia/client/shops";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useShopText } from "./text.js";

const RATINGS = [5, 4, 3, 2, 1] as const;
// The same as in metaia/reviews/state.py.
const REASONS = ["spam", "offensive", "personal_data", "not_a_customer", "conflict_of_interest", "other"] as const;

export function ShopReviews({ shop }: { shop: Shop }): ReactNode {
  const { s } = useShopText();
  return <Card title={s("reviews")}><ReviewList filter={{ partnerId: shop.id }} none={s("reviews.none")} /></Card>;
}

/** A partner's own reviews, with answers. */
export function OwnReviews(): ReactNode {
  const { s } = useShopText();
  const partnerId = useUser()!.id;
  return <Card title={s("reviews")} tools={<Link to="/shop">{s("shop")}</Link>}><ReviewList filter={{ partnerId }} none={s("reviews.none")} own /></Card>;
}

function ReviewList({ filter, none, own = false }: { filter: ReviewFilter; none: string; own?: boolean }): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const [rating, setRating] = useState("");
  const { data, summary, hasMore, busy, error, more, reload } = useReviews({ ...filter, ...(rating && { rating: Number(rating) }), limit: 20 });
  const [asked, ask] = useState<{ review: Review; what: "reply" | "report" } | null>(null);
  if (error && !data) return <Empty title={s("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>;
  if (!data) return <Skeleton lines={3} />;
  return (
    <>
      {summary && summary.count > 0 && <Summary summary={summary} rating={rating} onRating={setRating} />}
      {data.length === 0 ? <Empty title={none} /> : (
        <ul className="reviews" aria-busy={busy}>
          {data.map((one) => (
            <li key={one.id}>
              <p className="badges"><b className="stars" role="img" aria-label={s("stars", { count: one.rating })}>{"★".repeat(one.rating)}<i aria-hidden="true">{"★".repeat(5 - one.rating)}</i></b> <span>{one.author?.name ?? s("author.gone")}</span> <small className="muted"><TimeAgo at={one.createdAt} /></small></p>
              {one.text && <p className="lines">{one.text}</p>}
              {one.reply && <blockquote className="lines"><small className="muted block">{s("reply.of")}</small>{one.reply.text}</blockquote>}
              <span className="actions">
                {own && one.allowedActions.includes("reply") && <Button kind="quiet" onClick={() => ask({ review: one, what: "reply" })}>{s(one.reply ? "reply.change" : "reply")}</Button>}
                {one.allowedActions.includes("report") && <Button kind="quiet" onClick={() => ask({ review: one, what: "report" })}>{s("report")}</Button>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
      {asked?.what === "reply" && <ReplyDialog review={asked.review} onClose={() => ask(null)} onDone={() => (ask(null), reload())} />}
      {asked?.what === "report" && <ReportDialog review={asked.review} onClose={() => ask(null)} />}
    </>
  );
}

function Summary({ summary, rating, onRating }: { summary: ReviewSummary; rating: string; onRating: (rating: string) => void }): ReactNode {
  const { s, number } = useShopText();
  const countOf = (one: number) => summary.distribution[one] ?? 0;
  return (
    <div className="rating-summary">
      <strong>{summary.average === null ? "–" : number(summary.average)} ★</strong>
      <div className="chips" role="group" aria-label={s("rating")}>
        {RATINGS.map((one) => <button key={one} type="button" className="chip" aria-pressed={rating === String(one)} onClick={() => onRating(rating === String(one) ? "" : String(one))}>{one} ★ <b>{countOf(one)}</b></button>)}
      </div>
    </div>
  );
}

function ReplyDialog({ review, onClose, onDone }: { review: Review; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const client = useReviewsClient();
  const [text, setText] = useState(review.reply?.text ?? "");
  const send = async () => {
    await client.reply(review.id, text.trim() || null);
    onDone();
  };
  return (
    <Dialog title={s("reply")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!text.trim() && !review.reply} action={send} done={s("saved")}>{s("save")}</ActionButton></>}>
      {review.text && <blockquote className="lines">{review.text}</blockquote>}
      <Field label={s("reply.text")} hint={review.reply ? s("reply.empty") : undefined} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </Dialog>
  );
}

function ReportDialog({ review, onClose }: { review: Review; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const client = useReviewsClient();
  const [reason, setReason] = useState<ReportReason>(REASONS[0]);
  const send = async () => {
    await client.report(review.id, reason);
    onClose();
  };
  return (
    <Dialog title={s("report")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="danger" action={send} done={s("reported")}>{s("report")}</ActionButton></>}>
      <Select label={s("report.why")} value={reason} onChange={(event) => setReason(event.currentTarget.value as ReportReason)} options={REASONS.map((one) => [one, s(`report.${one}`)] as const)} />
    </Dialog>
  );
}
