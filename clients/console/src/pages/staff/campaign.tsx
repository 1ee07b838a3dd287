// One campaign: its progress, live, and the buttons that `allowedActions` names.
import { MetaiaError, type Schemas } from "@metaia/client";
import { useEvent, useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText, type Key } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt, useToast } from "../../ui/toast.js";
import { CampaignForm } from "./campaignForm.js";
import { merged, type Campaign, type CampaignEvent } from "./campaigns.js";
import { Progress } from "./progress.js";

type Funnel = Schemas["NotificationFunnel"];
const ACTIONS = ["start", "resume", "pause", "cancel"];

export function CampaignPage({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const [found, setFound] = useState<{ campaign: Campaign; funnel: Funnel } | null>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const load = useCallback(() => {
    void attempt(async () => setFound((await rest.send("get", `/api/admin/campaigns/${id}`)).data)).then((went) => went || setFound((before) => before ?? null));
  }, [rest, attempt, id]);
  useEffect(() => (load(), () => clearTimeout(timer.current)), [load]);
  useEvent("campaign:progress", (event: CampaignEvent) => {
    if (event.campaignId !== id) return;
    setFound((before) => before && { ...before, campaign: merged(before.campaign, event) });
    clearTimeout(timer.current); // the funnel and the actions are in the answer of the API only
    timer.current = setTimeout(load, 500);
  });
  if (found === null) return <Empty title={t("list.failed")}><Link to="/campaigns">{t("nav.campaigns")}</Link></Empty>;
  if (!found) return <Skeleton lines={8} />;
  return (
    <div className="columns">
      <Facts campaign={found.campaign} onChanged={load} />
      <FunnelCard funnel={found.funnel} campaign={found.campaign} />
    </div>
  );
}

function Facts({ campaign, onChanged }: { campaign: Campaign; onChanged: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t, of } = useText();
  const show = useToast();
  const [edits, setEdits] = useState(false);
  const { busy, run } = useAction();
  const [acting, setActing] = useState<string | null>(null);
  const act = async (action: string) => {
    if (!busy) setActing(action);
    const body = action === "test" ? {} : { expectedVersion: campaign.version };
    const conflict = ({ message }: MetaiaError) => show(message, "error");
    await run(() => rest.send("post", `/api/admin/campaigns/${campaign.id}/${action}`, { body }), t(action === "test" ? "campaign.tested" : "done"), conflict);
    onChanged();
  };
  const allowed = campaign.allowedActions as string[];
  const when = (name: Key, at: string | null) => at && <><dt>{t(name)}</dt><dd><TimeAgo at={at} /></dd></>;
  return (
    <Card title={<>{campaign.name} <StatusBadge status={campaign.status} /></>}>
      <blockquote className="preview">
        <strong>{campaign.title}</strong>
        <p>{campaign.message}</p>
      </blockquote>
      <dl className="facts">
        <dt>{t("campaign.channels")}</dt><dd>{campaign.channels.map((one) => of("channel", one)).join(", ")}</dd>
        <dt>{t("campaign.audience")}</dt><dd>{campaign.audience.roles.map((one) => of("role", one)).join(", ")}</dd>
        <dt>{t("campaign.rate")}</dt><dd>{campaign.ratePerMinute}</dd>
        {when("campaign.at", campaign.scheduledAt)}
        {when("campaign.began", campaign.beganAt)}
        {when("campaign.ended", campaign.endedAt)}
      </dl>
      <div className="actions">
        {ACTIONS.filter((action) => allowed.includes(action)).map((action) => (
          <Button key={action} kind={action === "cancel" ? "danger" : action === "pause" ? "normal" : "primary"} busy={busy && acting === action} onClick={() => void act(action)}>
            {t(`campaign.${action}` as Key)}
          </Button>
        ))}
        {allowed.includes("edit") && <Button onClick={() => setEdits(true)}>{t("campaign.edit")}</Button>}
        <Button kind="quiet" busy={busy && acting === "test"} onClick={() => void act("test")}>{t("campaign.test")}</Button>
      </div>
      {edits && (
        <CampaignForm
          campaign={campaign}
          onClose={() => setEdits(false)}
          onDone={() => {
            setEdits(false);
            onChanged();
          }}
        />
      )}
    </Card>
  );
}

const PARTS = ["recipients", "seen", "clicked", "waiting", "sent", "delivered", "failed", "suppressed", "cancelled"] as const;

function FunnelCard({ funnel, campaign }: { funnel: Funnel; campaign: Campaign }): ReactNode {
  const { t, language } = useText();
  return (
    <Card title={t("campaign.progress")} tools={<Link to={`/messages/campaign/${campaign.id}`}>{t("campaign.messages")}</Link>}>
      <Progress done={campaign.recipients} total={campaign.total} label={campaign.name} />
      <FunnelFigures funnel={funnel} language={language} />
    </Card>
  );
}

export function FunnelFigures({ funnel, language }: { funnel: Funnel; language: string }): ReactNode {
  const { t } = useText();
  return (
    <dl className="figures">
      {PARTS.map((part) => <div key={part}><dt>{t(`funnel.${part}`)}</dt><dd>{funnel[part].toLocaleString(language)}</dd></div>)}
    </dl>
  );
}
