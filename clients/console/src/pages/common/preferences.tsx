// Notification preferences: what, on which channels, at which times. Each change is saved at once.
import { MetaiaError, type Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Card } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { Switch } from "./switch.js";

type Chosen = Schemas["PreferencesOut"];
type Change = Omit<Schemas["ChangePreferences"], "expectedVersion">;
type Category = Chosen["categories"][number];
const PATH = "/api/notifications/preferences";
const NIGHT = { from: "22:00", until: "07:00" };

/** The preferences and a function that saves a change: one after the other, shown at once, taken back if refused. */
function usePreferences(): { chosen: Chosen | null; failed: boolean; change: (to: Change) => void } {
  const { rest } = useMetaia();
  const { language } = useText();
  const attempt = useAttempt();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [failed, setFailed] = useState(false);
  const known = useRef<Chosen | null>(null);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const waiting = useRef(0);
  const headers = { "Accept-Language": language };
  const take = (found: Chosen) => {
    known.current = found;
    if (!waiting.current) setChosen(found);
  };
  const load = () => rest.send("get", PATH, { headers }).then(({ data }) => take(data.preferences));
  useEffect(() => void load().catch(() => setFailed(true)), [rest, language]);
  const save = async (to: Change) => {
    try {
      const body = { ...to, expectedVersion: known.current!.version };
      const { data } = await rest.send("patch", PATH, { headers, body });
      waiting.current--;
      take(data.preferences);
    } catch (error) {
      waiting.current--;
      const other = error instanceof MetaiaError && error.status === 409; // changed on another device
      if (other) await load().catch(() => undefined);
      else if (known.current) take(known.current);
      throw error;
    }
  };
  const change = (to: Change) => {
    waiting.current++;
    setChosen((before) => before && ({ ...before, ...to, off: { ...before.off, ...to.off }, digest: { ...before.digest, ...to.digest } } as Chosen));
    queue.current = queue.current.then(() => attempt(() => save(to)));
  };
  return { chosen, failed, change };
}

export function Preferences(): ReactNode {
  const { chosen, failed, change } = usePreferences();
  const { t } = useText();
  if (failed) return <p role="alert" className="error">{t("server_away")}</p>;
  if (!chosen) return <Skeleton lines={6} />;
  return (
    <>
      <h1 className="visually-hidden">{t("nav.preferences")}</h1>
      <div className="columns">
        <Card title={t("preferences.channels")} tools={<Switch label={t(chosen.muted ? "preferences.muted" : "preferences.not_muted")} on={!chosen.muted} onChange={(on) => change({ muted: !on })} />}>
          {chosen.muted && <p className="muted">{t("preferences.muted_meaning")}</p>}
          <Matrix chosen={chosen} change={change} />
        </Card>
        <Card title={t("preferences.times")}>
          <QuietHours chosen={chosen} change={change} />
        </Card>
      </div>
    </>
  );
}

interface Part {
  chosen: Chosen;
  change: (to: Change) => void;
}

function Matrix({ chosen, change }: Part): ReactNode {
  const { t } = useText();
  return (
    <table className="matrix">
      <thead>
        <tr>
          <th scope="col">{t("preferences.about")}</th>
          {chosen.channels.map(({ name, title, meaning }) => <th key={name} scope="col" title={meaning}>{title}</th>)}
        </tr>
      </thead>
      <tbody>
        {chosen.categories.map((category) => <Row key={category.name} category={category} chosen={chosen} change={change} />)}
      </tbody>
    </table>
  );
}

function Row({ category, chosen, change }: Part & { category: Category }): ReactNode {
  const { t } = useText();
  const { name, title, meaning, channels, required, mayWait } = category;
  const off = chosen.off[name] ?? [];
  const toggle = (channel: Category["channels"][number]) =>
    change({ off: { [name]: off.includes(channel) ? off.filter((one) => one !== channel) : [...off, channel] } });
  return (
    <tr>
      <th scope="row">
        <strong>{title}</strong>
        <small>{meaning}</small>
        {mayWait && (
          <Select
            label={t("preferences.digest")}
            aria-label={`${t("preferences.digest")}: ${title}`}
            value={chosen.digest[name] ?? ""}
            onChange={(event) => change({ digest: { [name]: (event.currentTarget.value || null) as "daily" | null } })}
            options={[["", t("preferences.at_once")], ["hourly", t("preferences.hourly")], ["daily", t("preferences.daily")]]}
          />
        )}
      </th>
      {chosen.channels.map((channel) => {
        const one = channel.name as Category["channels"][number];
        return (
          <td key={one}>
            {channels.includes(one) ? (
              <input type="checkbox" aria-label={`${title}: ${channel.title}`} checked={!off.includes(one)} disabled={required} onChange={() => toggle(one)} />
            ) : (
              <span className="muted" aria-hidden="true">–</span>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function QuietHours({ chosen, change }: Part): ReactNode {
  const { t } = useText();
  const hours = chosen.quietHours;
  const set = (to: Partial<typeof NIGHT>) => {
    const next = { ...NIGHT, ...hours, ...to };
    if (next.from && next.until) change({ quietHours: next as never });
  };
  return (
    <>
      <Switch label={t("preferences.quiet")} on={hours !== null} onChange={(on) => change({ quietHours: on ? (NIGHT as never) : null })} />
      <p className="muted small">{t("preferences.quiet_meaning", { zone: chosen.timeZone })}</p>
      {hours && (
        <div className="two">
          <Field label={t("preferences.from")} type="time" required value={hours.from} onChange={(event) => set({ from: event.currentTarget.value })} />
          <Field label={t("preferences.until")} type="time" required value={hours.until} onChange={(event) => set({ until: event.currentTarget.value })} />
        </div>
      )}
    </>
  );
}
