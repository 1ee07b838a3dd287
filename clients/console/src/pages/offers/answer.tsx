// An answer to an offer: what it needs, and what is sent for the version that is shown.
import type { Offer, RejectReason } from "@metaia/client/offers";
import { useOffersClient } from "@metaia/client/offers/react";
import { useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";
import { RoundFields } from "./fields.js";
import { draftOf, roundOf, wrongIn } from "./round.js";
import { useOfferText } from "./text.js";

export type Answer = "accept" | "counter" | "revise" | "reject" | "withdraw" | "cancel";
export const REASONS: readonly RejectReason[] = ["price", "quantity", "terms", "timing", "other"];

export function AnswerDialog({ offer, answer, onClose }: { offer: Offer; answer: Answer; onClose: () => void }): ReactNode {
  const client = useOffersClient();
  const { go } = useRouter();
  const { t } = useText();
  const { o, named } = useOfferText();
  const toast = useToast();
  const { busy, run } = useAction();
  const [shown] = useState(offer); // what is accepted is what was read, also if a newer round comes meanwhile
  const [draft, setDraft] = useState(() => draftOf(offer));
  const [message, setMessage] = useState("");
  const [reason, setReason] = useState<RejectReason>("price");
  const [counts, setCounts] = useState<Record<string, string>>({});
  const [newer, setNewer] = useState(false);
  const rounds = answer === "counter" || answer === "revise";
  const parts = answer === "accept" && shown.adjustment === 0 ? shown.items.filter((one) => one.minQuantity < one.quantity) : [];
  const countOf = (one: Offer["items"][number]) => Number(counts[one.id] ?? one.quantity);
  const fits = parts.every((one) => Number.isInteger(countOf(one)) && countOf(one) >= one.minQuantity && countOf(one) <= one.quantity);
  const total = parts.length ? shown.items.reduce((sum, one) => sum + (one.price ?? 0) * (parts.includes(one) ? countOf(one) : one.quantity), 0) : shown.total;
  const expectedVersion = shown.version;
  const note = message.trim() ? { message: message.trim() } : {};

  const send = async () => {
    const went = await run(async () => {
      if (answer === "accept") {
        const quantities = Object.fromEntries(parts.map((one) => [one.id, countOf(one)]));
        const { order } = await client.accept(offer.id, { expectedVersion, ...note, ...(parts.length && { quantities }) });
        go(`/orders/${order.id}`);
      } else if (rounds) await client.act(offer.id, answer, { ...roundOf(draft), expectedVersion });
      else if (answer === "reject") await client.act(offer.id, "reject", { reason, ...note, expectedVersion });
      else await client.act(offer.id, answer, { ...note, expectedVersion });
    }, named("done", answer), ({ code }) => (code === "stale_version" ? setNewer(true) : toast(named("error", code), "error")));
    if (went) onClose();
  };
  const wrong = (rounds && wrongIn(draft) !== null) || !fits;
  const kind = answer === "reject" || answer === "withdraw" || answer === "cancel" ? "danger" : "primary";
  return (
    <Dialog
      title={`${named("action", answer)} · ${offer.offerNumber}`}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind={kind} busy={busy} disabled={wrong || newer} onClick={() => void send()}>{named("action", answer)}</Button></>}
    >
      {newer && <p role="alert" className="error">{o("newer")}</p>}
      {answer === "accept" && <p>{o("accept.text")} {total !== null && <strong><Money amount={total} currency={offer.currency} /></strong>}</p>}
      {parts.map((one) => (
        <Field key={one.id} label={o("how.many", { name: one.name, least: one.minQuantity, most: one.quantity })} type="number" min={one.minQuantity} max={one.quantity} value={counts[one.id] ?? String(one.quantity)} onChange={(event) => {
          const { value } = event.currentTarget;
          setCounts((before) => ({ ...before, [one.id]: value }));
        }} />
      ))}
      {rounds && <RoundFields draft={draft} onChange={setDraft} />}
      {answer === "reject" && <Select label={o("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value as RejectReason)} options={REASONS.map((one) => [one, o(`reason.${one}`)] as const)} />}
      {!rounds && <Field label={o("message")} value={message} maxLength={1000} onChange={(event) => setMessage(event.currentTarget.value)} />}
    </Dialog>
  );
}
