// One posting: its entries, the chain to its origin, and its reversal.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Dialog } from "../../ui/dialog.js";
import { Empty } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useMoneyText } from "./text.js";

type Posting = Schemas["PostingWithChain"];
const PATH = "/api/admin/finance/postings";

export function PostingDialog({ id, admin, onClose, onReversed }: { id: string; admin: boolean; onClose: () => void; onReversed: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { m } = useMoneyText();
  const [posting, setPosting] = useState<Posting>();
  const [failed, setFailed] = useState(false);
  const [reason, setReason] = useState("");
  useEffect(() => {
    let current = true;
    rest.send("get", `${PATH}/${id}`).then(({ data }) => current && setPosting(data.posting), () => current && setFailed(true));
    return () => void (current = false);
  }, [rest, id]);
  const reversible = admin && posting && posting.reversedBy === null && posting.reverses === null;
  const reverse = async () => {
    await rest.send("post", `${PATH}/${id}/reverse`, { body: { reason: reason.trim() }, key: crypto.randomUUID() });
    onReversed();
    onClose();
  };
  return (
    <Dialog
      title={m("posting")}
      onClose={onClose}
      actions={reversible && <ActionButton kind="danger" disabled={!reason.trim()} action={reverse} done={m("reverse.done")}>{m("reverse")}</ActionButton>}
    >
      {failed ? <Empty title={m("failed")} /> : !posting ? <Skeleton lines={6} /> : <Details posting={posting} />}
      {reversible && (
        <>
          <p className="muted small">{m("reverse.text")}</p>
          <Field label={m("reason")} hint={m("reason.hint")} value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />
        </>
      )}
    </Dialog>
  );
}

function Details({ posting }: { posting: Posting }): ReactNode {
  const { m, time } = useMoneyText();
  const side = (sign: number) => (one: Posting["entries"][number]) => one.amount * sign > 0 && <Money amount={Math.abs(one.amount)} currency={one.currency} />;
  return (
    <>
      <dl className="facts">
        <dt>{m("key")}</dt><dd className="mono">{posting.key}</dd>
        <dt>{m("kind")}</dt><dd>{posting.kind}</dd>
        {posting.subject && <><dt>{m("subject")}</dt><dd className="mono">{posting.subject}</dd></>}
        <dt>{m("happened")}</dt><dd>{time(posting.at)}</dd>
        <dt>{m("booked")}</dt><dd>{time(posting.bookedAt)}</dd>
        {posting.reversedBy && <><dt>{m("reversed.by")}</dt><dd className="mono">{posting.reversedBy}</dd></>}
      </dl>
      <Table
        caption={m("lines")}
        rows={posting.entries}
        keyOf={(one) => `${one.accountId} ${one.amount}`}
        columns={[
          { title: m("account"), cell: (one) => <span className="account"><strong>{one.kind}</strong> <span className="mono">{one.owner}</span></span> },
          { title: m("debit"), right: true, cell: side(1) },
          { title: m("credit"), right: true, cell: side(-1) },
        ]}
      />
      <h3>{m("chain")}</h3>
      <ol className="chain">
        {posting.chain.map((link) => (
          <li key={`${link.type} ${link.id}`}>
            <strong>{link.type}</strong> {link.description} {link.at && <time dateTime={link.at}>{time(link.at)}</time>}
            <span className="mono small">{link.href ?? link.id}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
