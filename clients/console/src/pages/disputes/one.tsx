// One dispute, for staff: what is claimed, what was answered, and the answers that an admin can give.
import { MetaiaError } from "@metaia/client";
import { useEvent, useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { ContestDialog } from "./contest.js";
import { DISPUTES, DisputeBadge, useDisputeText, type Dispute } from "./text.js";

export function DisputePage({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { d } = useDisputeText();
  const [dispute, setDispute] = useState<Dispute | null>();
  const load = useCallback(() => {
    rest.send("get", `${DISPUTES}/${id}`).then(
      ({ data }) => setDispute(data.dispute),
      (error: unknown) => error instanceof MetaiaError && [403, 404, 422].includes(error.status) && setDispute(null),
    );
  }, [rest, id]);
  useEffect(load, [load]);
  useEvent("dispute_update", ({ disputeId }: { disputeId: string }) => disputeId === id && load());
  if (dispute === null) return <Card><Empty title={d("unknown")}><Link to="/payments/disputes">{t("back")}</Link></Empty></Card>;
  if (!dispute) return <Skeleton lines={8} />;
  return (
    <div className="columns">
      <Card title={<><Money amount={dispute.amount} currency={dispute.currency} /> <DisputeBadge status={dispute.status} /></>}>
        <Facts dispute={dispute} />
      </Card>
      <Card title={d("answer")}>
        <Answer dispute={dispute} onDone={load} />
      </Card>
    </div>
  );
}

function Facts({ dispute }: { dispute: Dispute }): ReactNode {
  const { d, named, time } = useDisputeText();
  const facts: [string, ReactNode][] = [
    [d("provider"), named("provider", dispute.provider)],
    [d("reference"), dispute.reference && <span className="mono">{dispute.reference}</span>],
    [d("reason"), dispute.reason],
    [d("held"), <Money key="held" amount={dispute.held} currency={dispute.currency} />],
    [d("refundable"), d(dispute.refundable ? "yes" : "no")],
    [d("payment"), <Link key="payment" to={`/payments/${dispute.paymentId}`}>{dispute.paymentId}</Link>],
    [d("order"), dispute.orderId && <Link to={`/orders/${dispute.orderId}`}>{dispute.orderId}</Link>],
    [d("opened"), time(dispute.openedAt)],
    [d("decided"), dispute.decidedAt && time(dispute.decidedAt)],
  ];
  return (
    <dl className="facts">
      {facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Answer({ dispute, onDone }: { dispute: Dispute; onDone: () => void }): ReactNode {
  const { d, time } = useDisputeText();
  const [asked, setAsked] = useState<"accept" | "contest" | null>(null);
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const close = () => setAsked(null);
  const done = () => (close(), onDone());
  const actions = dispute.allowedActions;
  return (
    <>
      {dispute.answer ? (
        <>
          <p role="status"><strong>{d(`answered.${dispute.answer}`)}</strong> <span className="muted">{dispute.answeredAt ? d("answered.at", { time: time(dispute.answeredAt) }) : d("answered.soon")}</span></p>
          {dispute.summary && <blockquote className="preview lines">{dispute.summary}</blockquote>}
        </>
      ) : (
        <p>{d(actions.length ? "answer.text" : dispute.status === "open" ? (admin ? "answer.elsewhere" : "answer.admins") : "answer.none")}</p>
      )}
      {dispute.error && <p role="alert" className="preview">{d("error", { error: dispute.error })}</p>}
      <div className="actions">
        {actions.includes("contest") && <Button kind="primary" onClick={() => setAsked("contest")}>{d("contest")}</Button>}
        {actions.includes("accept") && <Button kind="danger" onClick={() => setAsked("accept")}>{d("accept")}</Button>}
      </div>
      {asked === "accept" && <AcceptDialog dispute={dispute} onClose={close} onDone={done} />}
      {asked === "contest" && <Loaded part={files} lines={1} show={({ mediaOf }) => <ContestDialog dispute={dispute} mediaOf={mediaOf} onClose={close} onDone={done} />} />}
    </>
  );
}

function AcceptDialog({ dispute, onClose, onDone }: { dispute: Dispute; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { d } = useDisputeText();
  const accept = async () => {
    await rest.send("post", `${DISPUTES}/${dispute.id}/accept`, { body: { expectedVersion: dispute.version }, key: crypto.randomUUID() });
    onDone();
  };
  return (
    <Dialog title={d("accept")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="danger" action={accept} done={d("accept.done")}>{d("accept")}</ActionButton></>}>
      <p>{d("accept.text")}</p>
    </Dialog>
  );
}
