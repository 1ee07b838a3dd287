// Write an announcement: the text in two languages, the audience, the times; then the number of users to confirm.
import { announcementsOf, type Announced, type AnnouncementPreview } from "@metaia/client/announcements";
import { useMetaia, useUser } from "@metaia/client/react";
import { useId, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, localTime, Select } from "../../ui/field.js";
import { useAnnouncementText } from "./text.js";

const LEVELS = ["info", "success", "warning", "maintenance", "critical"] as const;
const ROLES = ["customer", "tailor", "vendor", "delivery", "support", "admin", "super_admin"];
const LANGUAGES = ["en", "hi"] as const;
const HOUR = 3_600_000; // ms
const EMPTY = { title: "", message: "" };

export function AnnouncementForm({ onClose, onDone }: { onClose: () => void; onDone: () => void }): ReactNode {
  const { preview, announce } = announcementsOf(useMetaia());
  const { t, of } = useText();
  const a = useAnnouncementText();
  const chief = useUser()?.role === "super_admin";
  const { busy, run } = useAction();
  const [content, setContent] = useState({ en: EMPTY, hi: EMPTY });
  const [level, setLevel] = useState<string>("info");
  const [roles, setRoles] = useState<string[]>(["customer"]);
  const [link, setLink] = useState("");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState(() => localTime(Date.now() + 24 * HOUR));
  const [store, setStore] = useState(false);
  const [dismissible, setDismissible] = useState(true);
  const [counted, setCounted] = useState<AnnouncementPreview>();
  const everyone = roles.length === ROLES.length;
  const ready = !!(content.en.title.trim() && content.en.message.trim() && roles.length && until);
  const change = <T,>(set: (value: T) => void) => (value: T) => {
    setCounted(undefined); // another announcement than was counted
    set(value);
  };
  const body = (): Announced => ({
    audience: everyone ? { everyone: true } : { roles },
    level, link: link.trim() || null, dismissible, store,
    content: { en: content.en, ...(content.hi.title.trim() && content.hi.message.trim() && { hi: content.hi }) },
    startsAt: from ? new Date(from).toISOString() : null,
    endsAt: new Date(until).toISOString(),
  } as Announced);
  const count = () => run(async () => setCounted(await preview(body())));
  const send = () => run(async () => {
    await announce(body(), counted!.recipients);
    onDone();
  }, a("sent"), () => setCounted(undefined));
  return (
    <Dialog
      title={a("create")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          {counted
            ? <Button kind="primary" busy={busy} onClick={() => void send()}>{a("send", { count: counted.recipients })}</Button>
            : <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void count()}>{a("count")}</Button>}
        </>
      }
    >
      {LANGUAGES.map((language) => (
        <Words key={language} language={language} words={content[language]} onChange={change((words) => setContent((before) => ({ ...before, [language]: words })))} />
      ))}
      <Choices label={a("audience")} all={ROLES} chosen={roles} onChange={change(setRoles)} text={(one) => of("role", one)} />
      {everyone && <small className="muted">{a(chief ? "everyone" : "everyone.not")}</small>}
      <Select label={a("level")} value={level} onChange={(event) => change(setLevel)(event.currentTarget.value)} options={LEVELS.filter((one) => chief || one !== "critical").map((one) => [one, a(`level.${one}`)] as const)} />
      <Field label={a("link")} hint={a("link.hint")} maxLength={500} value={link} onChange={(event) => change(setLink)(event.currentTarget.value)} />
      <div className="pair">
        <Field label={a("from")} hint={a("from.hint")} type="datetime-local" value={from} onChange={(event) => change(setFrom)(event.currentTarget.value)} />
        <Field label={a("until")} type="datetime-local" value={until} onChange={(event) => change(setUntil)(event.currentTarget.value)} />
      </div>
      <label><input type="checkbox" checked={dismissible} onChange={(event) => change(setDismissible)(event.currentTarget.checked)} /> {a("dismissible")}</label>
      <label><input type="checkbox" checked={store} onChange={(event) => change(setStore)(event.currentTarget.checked)} /> {a("store")}</label>
      <p role="status">{counted && a(counted.online === null ? "counted" : "counted.online", { count: counted.recipients, online: counted.online ?? 0 })}</p>
    </Dialog>
  );
}

function Words({ language, words, onChange }: { language: "en" | "hi"; words: typeof EMPTY; onChange: (words: typeof EMPTY) => void }): ReactNode {
  const a = useAnnouncementText();
  const id = useId();
  return (
    <fieldset className="words" lang={language}>
      <legend>{a(`language.${language}`)}</legend>
      <Field label={a("title")} maxLength={120} value={words.title} onChange={(event) => onChange({ ...words, title: event.currentTarget.value })} />
      <div className="field">
        <label htmlFor={id}>{a("message")}</label>
        <textarea id={id} rows={3} maxLength={1000} value={words.message} onChange={(event) => onChange({ ...words, message: event.currentTarget.value })} />
      </div>
    </fieldset>
  );
}

function Choices({ label, all, chosen, onChange, text }: { label: string; all: string[]; chosen: string[]; onChange: (chosen: string[]) => void; text: (one: string) => string }): ReactNode {
  const toggled = (one: string) => (chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {all.map((one) => <button key={one} type="button" aria-pressed={chosen.includes(one)} onClick={() => onChange(toggled(one))}>{text(one)}</button>)}
    </fieldset>
  );
}
