// Users that must not write in chat, for staff: why, and until when.
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { TimeAgo, times } from "../../ui/format.js";
import { RestrictionDialog, type Restriction } from "./dialog.js";
import { useRestrictionText } from "./text.js";

export function Restrictions(): ReactNode {
  const r = useRestrictionText();
  const time = times(useText().language);
  const { List, useList, useNameOf } = staff.views!; // its script has loaded before this one
  const [open, setOpen] = useState<Restriction | "new" | null>(null);
  const list = useList<Restriction>("/api/admin/chat/restrictions", "restrictions");
  const name = useNameOf((list.rows ?? []).flatMap((one) => [one.userId, one.createdBy]));
  const done = () => {
    setOpen(null);
    list.reload();
  };
  return (
    <Card title={r("restrictions")} tools={<Button onClick={() => setOpen("new")}>{r("add")}</Button>}>
      <List
        list={list}
        none={r("none")}
        caption={r("restrictions")}
        name={(one) => `${name(one.userId)}, ${one.reason}`}
        onOpen={setOpen}
        columns={[
          { title: r("user"), cell: (one) => <strong>{name(one.userId)}</strong> },
          { title: r("reason"), cell: (one) => <span className="long">{one.reason}</span> },
          { title: r("until"), cell: (one) => (one.until ? <time dateTime={one.until}>{time(one.until)}</time> : r("ever")) },
          { title: r("by"), cell: (one) => name(one.createdBy) },
          { title: r("since"), cell: (one) => <TimeAgo at={one.createdAt} /> },
        ]}
      />
      {open && <RestrictionDialog restriction={open === "new" ? null : open} name={open === "new" ? "" : name(open.userId)} onClose={() => setOpen(null)} onDone={done} />}
    </Card>
  );
}
