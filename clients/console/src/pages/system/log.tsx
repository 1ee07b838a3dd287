// The log of events for admins, the newest one last; personal fields on request, with a reason.
import type { EventFilter, EventPage, LoggedEvent } from "@metaia/client/system";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useAttempt } from "../../ui/toast.js";
import { Pages, useSystem } from "./parts.js";
import { useSystemText } from "./text.js";

const FILTERS = ["type", "subject", "room", "actorId", "requestId"] as const;
const LIMIT = 50;

export function LogPage(): ReactNode {
  const system = useSystem();
  const { t } = useText();
  const { s, named } = useSystemText();
  const { Filters, Search } = staff.views!; // its script has loaded before this one
  const attempt = useAttempt();
  const [filter, setFilter] = useState<EventFilter>({});
  const [page, setPage] = useState<EventPage | null>();
  const [open, setOpen] = useState<LoggedEvent | null>(null);
  const load = useCallback(
    (where: Pick<EventFilter, "after" | "before"> = {}) => {
      const wanted = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
      void attempt(async () => setPage(await system.events({ ...wanted, ...where, limit: LIMIT }))).then((went) => went || setPage((before) => before ?? null));
    },
    [system, attempt, filter],
  );
  useEffect(load, [load]);
  return (
    <Card title={s("log")} tools={<Pages here="/system/log" />}>
      <Filters>
        {FILTERS.map((one) => <Search key={one} label={named("filter", one)} value={filter[one] ?? ""} onChange={(value) => setFilter((before) => ({ ...before, [one]: value }))} />)}
      </Filters>
      {page === null && <Empty title={s("not_loaded")} />}
      {page === undefined && <Skeleton lines={8} />}
      {page && (
        <>
          {page.previousCursor && <div className="list-more"><Button kind="quiet" onClick={() => load({ before: page.previousCursor! })}>{s("log.earlier")}</Button></div>}
          {page.events.length === 0 ? <Empty title={s("log.none")} /> : (
            <Table
              caption={s("log")}
              rows={page.events}
              keyOf={(one) => one.eventId}
              name={(one) => one.type}
              onOpen={setOpen}
              columns={[
                { title: s("filter.type"), cell: (one) => <span className="mono">{one.type}</span> },
                { title: s("filter.subject"), cell: (one) => <span className="mono clip">{one.subject ?? "–"}</span> },
                { title: s("filter.actorId"), cell: (one) => <span className="mono clip">{one.actor ?? "–"}</span> },
                { title: s("at"), cell: (one) => <TimeAgo at={one.createdAt} /> },
              ]}
            />
          )}
          <div className="list-more">
            <Button onClick={() => load({ after: page.nextCursor! })} disabled={!page.nextCursor}>{s("log.later")}</Button>
            <Button kind="quiet" onClick={() => load()}>{s("log.newest")}</Button>
          </div>
        </>
      )}
      {open && <EventDialog event={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

function EventDialog({ event, onClose }: { event: LoggedEvent; onClose: () => void }): ReactNode {
  const system = useSystem();
  const { s } = useSystemText();
  const attempt = useAttempt();
  const [shown, setShown] = useState(event);
  const [reason, setReason] = useState("");
  const reveal = () =>
    void attempt(async () => {
      const filter: EventFilter = { type: event.type, ...(event.requestId && { requestId: event.requestId }), ...(event.subject && { subject: event.subject }), limit: 100 };
      const { events } = await system.events(filter, { reason: reason.trim() });
      setShown(events.find((one) => one.eventId === event.eventId) ?? event);
    });
  return (
    <Dialog title={event.type} onClose={onClose}>
      <p className="mono long small">{event.rooms.join(" ")}</p>
      {event.requestId && <p className="mono long small">{event.requestId}</p>}
      <pre className="code" tabIndex={0}>{JSON.stringify(shown.payload, null, 2)}</pre>
      {shown === event && (
        <>
          <Field label={s("reveal.reason")} hint={s("reveal.hint")} value={reason} maxLength={300} onInput={(input) => setReason(input.currentTarget.value)} />
          <Button disabled={reason.trim().length < 3} onClick={reveal}>{s("reveal")}</Button>
        </>
      )}
    </Dialog>
  );
}
