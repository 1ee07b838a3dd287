// The support desk: conversations by kind and state, and who works on them. Reading one needs a reason or a place in it.
import type { Conversation } from "@metaia/client/chat";
import { useEvent, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { chat, staff } from "../../app/parts.js";
import { Link, useRouter } from "../../app/router.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { useDeskText } from "./text.js";

const KINDS = ["support", "deal", "direct", "group"] as const;
const STATUSES = ["open", "closed"] as const;

export function DeskPage(): ReactNode {
  const { go } = useRouter();
  const d = useDeskText();
  const { UnreadCount, useChatText, useTitle } = chat.views!; // these scripts have loaded before this one
  const { Choose, Filters, List, Search, useList, useNameOf } = staff.views!;
  const { c } = useChatText();
  const title = useTitle();
  const me = useUser()?.id ?? "";
  const [kind, setKind] = useState<string>("support");
  const [status, setStatus] = useState<string>("open");
  const [mine, setMine] = useState(false);
  const [q, setQ] = useState("");
  const list = useList<Conversation>("/api/admin/chat/conversations", "conversations", { kind, status, q, ...(mine && { assigneeId: me }) });
  const name = useNameOf((list.rows ?? []).map((one) => one.assigneeId));
  useEvent("chat:conversation" as never, () => list.reload());
  return (
    <Card title={d("desk")} tools={<><Link to="/chat">{d("own")} <UnreadCount /></Link><Link to="/desk/reports">{d("reports")}</Link></>}>
      <Filters>
        <Search label={d("search")} value={q} onChange={setQ} />
        <Choose label={d("kind")} all={d("kind.all")} value={kind} onChange={setKind} options={KINDS.map((one) => [one, c(`kind.${one}`)] as const)} />
        <Choose label={d("status")} all={d("status.all")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, d(`status.${one}`)] as const)} />
        <Choose label={d("assignee")} all={d("assignee.all")} value={mine ? "me" : ""} onChange={(value) => setMine(value === "me")} options={[["me", d("assignee.me")]]} />
      </Filters>
      <List
        list={list}
        none={d("none")}
        caption={d("desk")}
        name={title}
        onOpen={(one) => go(`/chat/${one.id}`)}
        columns={[
          { title: d("conversation"), cell: (one) => <strong>{title(one)}</strong> },
          { title: d("kind"), cell: (one) => c(`kind.${one.kind}`) },
          { title: d("status"), cell: (one) => <Badge tone={one.status === "open" ? "green" : "grey"}>{d(`status.${one.status}`)}</Badge> },
          { title: d("assignee"), cell: (one) => name(one.assigneeId) },
          { title: d("messages"), right: true, cell: (one) => one.lastSeq },
          { title: d("changed"), cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
      />
    </Card>
  );
}
