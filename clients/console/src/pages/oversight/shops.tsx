// Shops for staff: those that wait for an approval first; admins approve, return, hide and show.
import { useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { DecideDialog } from "./decide.js";
import { useOversightText } from "./text.js";

const PATH = "/api/admin/partners";
const STATUSES = ["in_review", "published", "hidden", "draft"] as const;
const TONES: Record<string, string> = { draft: "grey", in_review: "amber", published: "green", hidden: "red" };
const DECISIONS = ["approve", "return", "show", "hide"];

interface Row {
  id: string;
  businessName: string;
  slug: string;
  category: string | null;
  status: string;
  description: string | null;
  address?: Record<string, string | null> | null;
  updatedAt?: string;
  version: number;
  allowedActions: string[];
}

export function OversightPage(): ReactNode {
  const { rest } = useMetaia();
  const { o, named } = useOversightText();
  const { Choose, Filters, List, Search, useList } = staff.views!; // its script has loaded before this one
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const [q, setQ] = useState("");
  const [status, setStatus] = useState<string>("in_review");
  const [open, setOpen] = useState<Row | null>(null);
  const list = useList<Row>(PATH, "partners", { q, status });
  const decide = async (one: Row, action: string, reason: string) => {
    await rest.send("patch", `${PATH}/${one.id}/${action}`, { body: { ...(reason && { reason }), expectedVersion: one.version }, key: crypto.randomUUID() });
    setOpen(null);
    list.reload();
  };
  return (
    <Card title={o("shops")} tools={<><Link to="/shops/reviews">{o("reviews")}</Link><Link to="/shops/deliveries">{o("deliveries")}</Link><Link to="/shops/parcels">{o("parcels")}</Link></>}>
      <Filters>
        <Search label={o("search")} value={q} onChange={setQ} />
        <Choose label={o("status")} all={o("status.all")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, named("status", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={o("shops.none")}
        caption={o("shops")}
        name={(one) => `${one.businessName}, ${named("status", one.status)}`}
        onOpen={setOpen}
        columns={[
          { title: o("shop"), cell: (one) => <strong>{one.businessName}</strong> },
          { title: o("category"), cell: (one) => one.category ?? "–" },
          { title: o("city"), cell: (one) => one.address?.["city"] ?? "–" },
          { title: o("status"), cell: (one) => <Badge tone={TONES[one.status]!}>{named("status", one.status)}</Badge> },
          { title: o("changed"), cell: (one) => (one.updatedAt ? <TimeAgo at={one.updatedAt} /> : "–") },
        ]}
      />
      {open && (
        <DecideDialog title={open.businessName} actions={admin ? DECISIONS.filter((one) => open.allowedActions.includes(one)) : []} needsReason={(action) => action === "return" || action === "hide"} onSend={(action, reason) => decide(open, action, reason)} onClose={() => setOpen(null)}>
          {open.description && <p className="lines">{open.description}</p>}
          <p className="muted small">{Object.values(open.address ?? {}).filter(Boolean).join(", ")}</p>
          <p><Link to={`/people/${open.id}`}>{o("person")}</Link></p>
        </DecideDialog>
      )}
    </Card>
  );
}
