// Errors of all processes, by fingerprint.
import type { SystemError } from "@metaia/client/system";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Pages } from "./parts.js";
import { useSystemText } from "./text.js";

const STATES = ["open", "resolved", "ignored"] as const;
const SORTS = ["-lastSeen", "-firstSeen", "-count"] as const;
export const TONES = { open: "red", resolved: "green", ignored: "grey" } as const;

export function ErrorsPage(): ReactNode {
  const { s, named, number } = useSystemText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const { go } = useRouter();
  const [state, setState] = useState("open");
  const [sort, setSort] = useState<(typeof SORTS)[number]>("-lastSeen");
  const list = useList<SystemError>("/api/system/errors", "errors", { state, sort });
  return (
    <Card title={s("errors")} tools={<Pages here="/system/errors" />}>
      <Filters>
        <Choose label={s("state")} value={state} onChange={setState} options={STATES.map((one) => [one, named("state", one)])} all={s("state.all")} />
        <Choose label={s("ordered_by")} value={sort} onChange={(value) => setSort(value as typeof sort)} options={SORTS.map((one) => [one, named("ordered", one)])} />
      </Filters>
      <List
        list={list}
        none={s("errors.none")}
        caption={s("errors")}
        name={(one) => `${one.type}, ${one.where}`}
        onOpen={(one) => go(`/system/errors/${one.fingerprint}`)}
        columns={[
          { title: s("error"), cell: (one) => <><strong className="long">{one.type}</strong><br /><small className="long">{one.message}</small></> },
          { title: s("where"), cell: (one) => <span className="mono long">{one.where}</span> },
          { title: s("count"), right: true, cell: (one) => number(one.count) },
          { title: s("users"), right: true, cell: (one) => number(one.users) },
          { title: s("last"), cell: (one) => <TimeAgo at={one.lastSeen} /> },
          { title: s("state"), cell: (one) => <Badge tone={TONES[one.state]}>{named("state", one.state)}</Badge> },
        ]}
      />
    </Card>
  );
}
