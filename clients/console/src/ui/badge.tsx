import type { ReactNode } from "react";
import { useText } from "../app/text.js";

const TONES: Record<string, string> = {
  pending: "amber", accepted: "blue", preparing: "blue", ready: "violet", out_for_delivery: "violet",
  delivered: "green", completed: "green", rejected: "red", cancelled: "grey",
  sent: "green", failed: "red", queued: "amber", suppressed: "grey", running: "blue", online: "green", busy: "amber",
  sending: "blue", undelivered: "red", processed: "blue", digested: "green", quarantined: "red", waiting: "amber",
  scheduled: "violet", paused: "amber",
};

export function Badge({ tone = "grey", children }: { tone?: string; children: ReactNode }): ReactNode {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** The state of an order, a message, a campaign. */
export function StatusBadge({ status }: { status: string }): ReactNode {
  const { of } = useText();
  return <Badge tone={TONES[status] ?? "grey"}>{of("status", status)}</Badge>;
}
