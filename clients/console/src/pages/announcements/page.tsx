// Announcements for admins: the list, and what may be done with each.
import { announcementsOf, type Announcement } from "@metaia/client/announcements";
import { useEvent, useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { times } from "../../ui/format.js";
import { AnnouncementForm } from "./form.js";
import { useAnnouncementText } from "./text.js";

const STATUSES = ["scheduled", "live", "ended", "revoked"] as const;
const TONES = { scheduled: "blue", live: "green", ended: "grey", revoked: "red" } as const;

export function AnnouncementsPage(): ReactNode {
  const { Choose, Filters, List, useList } = staff.views!;
  const { t, of, language } = useText();
  const time = times(language);
  const a = useAnnouncementText();
  const { revoke } = announcementsOf(useMetaia());
  const [status, setStatus] = useState("");
  const [creates, setCreates] = useState(false);
  const list = useList<Announcement>("/api/admin/announcements", "announcements", { status });
  useEvent("system:notification", () => list.reload());
  const audience = ({ audience: { roles, userIds } }: Announcement) =>
    roles ? roles.map((role) => of("role", role)).join(", ") : userIds ? a("users", { count: userIds.length }) : a("everyone");
  return (
    <Card title={t("nav.announcements")} tools={<Button kind="primary" onClick={() => setCreates(true)}>{a("create")}</Button>}>
      <Filters>
        <Choose label={t("order.status")} all={a("all")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, a(one)] as const)} />
      </Filters>
      <List
        list={list}
        none={a("none")}
        caption={t("nav.announcements")}
        name={(one) => `${one.content["en"]!.title}, ${a(one.status as "live")}`}
        columns={[
          { title: a("title"), cell: (one) => <><strong>{one.content["en"]!.title}</strong><br /><small className="muted">{one.content["en"]!.message}</small></> },
          { title: t("order.status"), cell: (one) => <Badge tone={TONES[one.status as "live"]}>{a(one.status as "live")}</Badge> },
          { title: a("audience"), cell: audience },
          { title: a("reach"), cell: (one) => a("reached", { recipients: one.recipients, dismissed: one.dismissed }) },
          { title: a("from"), cell: (one) => time(one.startsAt) },
          { title: a("until"), cell: (one) => time(one.endsAt) },
          {
            title: a("actions"),
            cell: (one) => one.mayChange && (
              <ActionButton kind="quiet" done={a("revoked.done")} action={async () => list.replace(await revoke(one.id))}>{a("revoke")}</ActionButton>
            ),
          },
        ]}
      />
      {creates && <AnnouncementForm onClose={() => setCreates(false)} onDone={() => { setCreates(false); list.reload(); }} />}
    </Card>
  );
}
