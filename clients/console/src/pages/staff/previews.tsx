// Sample messages of each notification type, by language and channel, made by the code that makes the real ones.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { LANGUAGES, useText, type Language } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Choose, Filters } from "./filters.js";
import { numberOf } from "./slot.js";

type Types = Schemas["NotificationTypes"]["data"];
type Preview = Schemas["PreviewOut"];

export function Previews(): ReactNode {
  const { t, of, language } = useText();
  const [name, setName] = useState("");
  const [locale, setLocale] = useState<string>(language);
  const [channel, setChannel] = useState("");
  const types = useAnswer<Types>("/api/admin/notifications/types");
  const type = types.data?.types.find((one) => one.name === name) ?? types.data?.types[0];
  const wanted = type?.channels.includes(channel as never) ? channel : "";
  if (types.failed) return <Failed again={types.load} />;
  if (!types.data || !type) return <Skeleton lines={8} />;
  return (
    <>
      <Card title={<>{t("nav.previews")} <Badge>{type.category}</Badge></>}>
        <Filters>
          <Choose label={t("messages.type")} value={type.name} onChange={setName} options={types.data.types.map((one) => [one.name, one.name] as const)} />
          <Choose label={t("language")} value={locale} onChange={setLocale} options={types.data.locales.map((one) => [one, LANGUAGES[one as Language] ?? one] as const)} />
          <Choose label={t("channel")} all={t("filter.all_channels")} value={wanted} onChange={setChannel} options={type.channels.map((one) => [one, of("channel", one)] as const)} />
        </Filters>
      </Card>
      <Messages name={type.name} locale={locale} channel={wanted} />
    </>
  );
}

function Messages({ name, locale, channel }: { name: string; locale: string; channel: string }): ReactNode {
  const { of } = useText();
  const slot = numberOf(useMetaia());
  const { data, failed, load } = useAnswer<{ previews: Preview[] }>(`/api/admin/notifications/types/${name}/previews?locale=${locale}`);
  if (failed) return <Failed again={load} />;
  if (!data) return <Skeleton lines={6} />;
  return (
    <>
      {data.previews.filter((one) => !channel || one.channel === channel).map((one) => (
        <Card key={one.channel} title={of("channel", one.channel)}>
          <dl className="facts" lang={locale}>
            {one.parts.map((part) => part.name !== "html" && <><dt className="mono">{part.name}</dt><dd className="lines">{part.text}</dd></>)}
          </dl>
          {one.channel === "email" && (
            <iframe className="mail" sandbox="" title={`${name}, ${of("channel", "email")}`} src={`/console/sessions/${slot}/mails/${name}/${locale}`} />
          )}
        </Card>
      ))}
    </>
  );
}

function Failed({ again }: { again: () => void }): ReactNode {
  const { t } = useText();
  return <Empty title={t("list.failed")}><Button onClick={again}>{t("list.again")}</Button></Empty>;
}

/** The data at `path`; undefined until they are there. */
function useAnswer<T>(path: string): { data: T | undefined; failed: boolean; load: () => void } {
  const { rest } = useMetaia();
  const [state, setState] = useState<{ path: string; data?: T; failed?: boolean }>({ path });
  const load = () => {
    setState({ path });
    rest.send("get", path).then(
      ({ data }) => setState((before) => (before.path === path ? { path, data } : before)),
      () => setState((before) => (before.path === path ? { path, failed: true } : before)),
    );
  };
  useEffect(load, [rest, path]);
  const own = state.path === path ? state : { path };
  return { data: own.data, failed: !!own.failed, load };
}
