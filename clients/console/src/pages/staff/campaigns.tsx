// Campaigns: the list, live.
import type { Schemas } from "@metaia/client";
import { useEvent } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { CampaignForm } from "./campaignForm.js";
import { Choose, Filters } from "./filters.js";
import { List, useList } from "./list.js";
import { Progress } from "./progress.js";

export type Campaign = Schemas["CampaignOut"];
export type CampaignEvent = Schemas["CampaignProgressMessage"];
const STATUSES = ["draft", "scheduled", "running", "paused", "completed", "cancelled"];

/** Return `campaign` with the numbers of a newer event. */
export function merged(campaign: Campaign, event: CampaignEvent): Campaign {
  const { status, version, recipients, total, updatedAt } = event as unknown as Campaign;
  if (version < campaign.version || recipients < campaign.recipients) return campaign;
  return { ...campaign, status, version, recipients, total, updatedAt };
}

export function Campaigns(): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const [status, setStatus] = useState("");
  const [creates, setCreates] = useState(false);
  const list = useList<Campaign>("/api/admin/campaigns", "campaigns", { status });
  useEvent("campaign:progress", (event: CampaignEvent) => {
    const known = list.rows?.find((one) => one.id === event.campaignId);
    if (known) list.replace(merged(known, event));
    else list.reload();
  });
  return (
    <Card title={t("nav.campaigns")} tools={<Button kind="primary" onClick={() => setCreates(true)}>{t("campaign.create")}</Button>}>
      <Filters>
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, of("status", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={t("campaign.none")}
        caption={t("nav.campaigns")}
        name={(one) => `${one.name}, ${of("status", one.status)}`}
        onOpen={(one) => go(`/campaigns/${one.id}`)}
        columns={[
          { title: t("campaign.name"), cell: (one) => <strong>{one.name}</strong> },
          { title: t("order.status"), cell: (one) => <StatusBadge status={one.status} /> },
          { title: t("campaign.channels"), cell: (one) => one.channels.map((channel) => of("channel", channel)).join(", ") },
          { title: t("campaign.progress"), cell: (one) => <Progress done={one.recipients} total={one.total} label={one.name} /> },
          { title: t("order.changed"), cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
      />
      {creates && <CampaignForm onClose={() => setCreates(false)} onDone={({ id }) => go(`/campaigns/${id}`)} />}
    </Card>
  );
}
