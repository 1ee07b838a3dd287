// Reviews that were reported, and how satisfied customers are with each shop.
import type { Review as Known } from "@metaia/client/reviews";
import { useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useAction } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { DecideDialog } from "./decide.js";
import { useOversightText } from "./text.js";

const ACTIONS = ["hide", "show"] as const;
const PATH = "/api/admin/reviews";

type Review = Known & { openReports: number };

interface Detail {
  review: Review;
  reports: { reason: string; note: string | null; createdAt: string; closedAt: string | null }[];
  sharedWithPartner: string[];
}

export function ReportedReviewsPage(): ReactNode {
  const { rest } = useMetaia();
  const { o, named } = useOversightText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const { run } = useAction();
  const [view, setView] = useState("reported");
  const [open, setOpen] = useState<Detail | null>(null);
  const list = useList<Review>(PATH, "reviews", view === "reported" ? { reported: "true" } : { status: "hidden" });
  const decide = async (one: Review, action: "hide" | "show", reason: string) => {
    await rest.send("patch", `${PATH}/${one.id}/${action}`, { body: { reason, expectedVersion: one.version }, key: crypto.randomUUID() });
    setOpen(null);
    list.reload();
  };
  return (
    <Card title={o("reviews")} tools={<Link to="/shops">{o("shops")}</Link>}>
      <Filters>
        <Choose label={o("status")} value={view} onChange={setView} options={[["reported", o("reviews.reported")], ["hidden", o("reviews.hidden")]]} />
      </Filters>
      <List
        list={list}
        none={o("reviews.none")}
        caption={o("reviews")}
        name={(one) => `${one.rating} ★, ${one.text ?? ""}`}
        onOpen={(one) => void run(async () => setOpen((await rest.send("get", `${PATH}/${one.id}`)).data))}
        columns={[
          { title: o("rating"), cell: (one) => <strong>{one.rating} ★</strong> },
          { title: o("text"), cell: (one) => <span className="long">{one.text ?? "–"}</span> },
          { title: o("about"), cell: (one) => named("subject", one.subject.type) },
          { title: o("reports.title"), cell: (one) => (one.openReports ? <Badge tone="red">{o("reports", { count: one.openReports })}</Badge> : "–") },
          { title: o("changed"), cell: (one) => <TimeAgo at={one.createdAt} /> },
        ]}
      />
      {open && (
        <DecideDialog title={`${open.review.rating} ★`} actions={admin ? ACTIONS.filter((one) => open.review.allowedActions.includes(one)) : []} needsReason={() => true} onSend={(action, reason) => decide(open.review, action, reason)} onClose={() => setOpen(null)}>
          <p className="lines">{open.review.text}</p>
          <p className="muted small">{open.review.author?.name} {open.sharedWithPartner.map((one) => <Badge key={one} tone="amber">{named("shared", one)}</Badge>)}</p>
          <ul className="plain">{open.reports.map((one, index) => <li key={index}><strong>{named("report", one.reason)}</strong> {one.note} <small className="muted"><TimeAgo at={one.createdAt} /></small></li>)}</ul>
        </DecideDialog>
      )}
    </Card>
  );
}
