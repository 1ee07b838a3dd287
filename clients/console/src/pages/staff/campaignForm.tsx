// Create a campaign as a draft, or change a draft.
import { useMetaia } from "@metaia/client/react";
import { useId, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, localTime } from "../../ui/field.js";
import type { Campaign } from "./campaigns.js";
import { ROLES } from "./people.js";

const CHANNELS = ["in_app", "email", "sms", "push"];
const RATE = 6000;

export function CampaignForm({ campaign, onClose, onDone }: {
  campaign?: Campaign;
  onClose: () => void;
  onDone: (campaign: Campaign) => void;
}): ReactNode {
  const { rest } = useMetaia();
  const { t, of } = useText();
  const { busy, run } = useAction();
  const [name, setName] = useState(campaign?.name ?? "");
  const [title, setTitle] = useState(campaign?.title ?? "");
  const [message, setMessage] = useState(campaign?.message ?? "");
  const [channels, setChannels] = useState<string[]>(campaign?.channels ?? ["in_app"]);
  const [roles, setRoles] = useState<string[]>(campaign?.audience.roles ?? ["customer"]);
  const [rate, setRate] = useState(campaign?.ratePerMinute ?? RATE);
  const [at, setAt] = useState(campaign?.scheduledAt ? localTime(Date.parse(campaign.scheduledAt)) : "");
  const ready = !!(name.trim() && title.trim() && message.trim() && channels.length && roles.length);
  const send = async () => {
    const body = {
      name, title, message, channels, ratePerMinute: rate,
      audience: { ...campaign?.audience, roles },
      scheduledAt: at ? new Date(at).toISOString() : null,
      ...(campaign ? { expectedVersion: campaign.version } : {}),
    };
    await run(async () => {
      const path = campaign ? `/api/admin/campaigns/${campaign.id}` : "/api/admin/campaigns";
      onDone((await rest.send(campaign ? "patch" : "post", path, { body })).data.campaign);
    });
  };
  return (
    <Dialog
      title={t(campaign ? "campaign.edit" : "campaign.create")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void send()}>{t("save")}</Button>
        </>
      }
    >
      <Field label={t("campaign.name")} hint={t("campaign.name.hint")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={t("campaign.title")} maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      <Area label={t("campaign.message")} value={message} onChange={setMessage} />
      <Many label={t("campaign.channels")} all={CHANNELS} chosen={channels} onChange={setChannels} text={(one) => of("channel", one)} />
      <Many label={t("campaign.audience")} all={ROLES} chosen={roles} onChange={setRoles} text={(one) => of("role", one)} />
      <div className="pair">
        <Field label={t("campaign.rate")} type="number" min={1} max={1_000_000} value={rate} onChange={(event) => setRate(Math.max(1, Number(event.currentTarget.value) || 1))} />
        <Field label={t("campaign.at")} type="datetime-local" value={at} onChange={(event) => setAt(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}

function Area({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} rows={4} maxLength={2000} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}

function Many({ label, all, chosen, onChange, text }: {
  label: string;
  all: string[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  text: (one: string) => string;
}): ReactNode {
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={chosen.includes(one)}
          onClick={() => onChange(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])}
        >
          {text(one)}
        </button>
      ))}
    </fieldset>
  );
}
