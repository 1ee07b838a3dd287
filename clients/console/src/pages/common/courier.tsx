// The courier for an order: chosen by name, those online first.
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Field, Select } from "../../ui/field.js";

const MOST = 100; // what one request gives
const TYPING = 250; // ms after the last key
const ORDER = ["online", "busy", "offline"];

interface Found {
  couriers: { id: string; name: string; status: string | null }[];
  more: boolean;
}

/** The couriers with `wanted` in their names; null while they load. */
function useCouriers(wanted: string): { found: Found | null; failed: boolean; again: () => void } {
  const { rest } = useMetaia();
  const [found, setFound] = useState<Found | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const load = async () => {
      try {
        const query = { limit: MOST, ...(wanted ? { q: wanted } : {}) };
        const { data, meta } = await rest.GET("/api/users/couriers", { query, signal: stop.signal });
        const place = ({ status }: { status: string | null }) => ORDER.indexOf(status ?? "offline");
        setFound({ couriers: [...data.couriers].sort((a, b) => place(a) - place(b)), more: meta.nextCursor !== null });
        setFailed(false);
      } catch {
        if (!stop.signal.aborted) setFailed(true);
      }
    };
    const timer = setTimeout(() => void load(), wanted ? TYPING : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [rest, wanted, tries]);
  return { found, failed, again: () => setTries((before) => before + 1) };
}

/** `now` is the present courier, who is not offered. */
export function CourierField({ value, now, onChange }: { value: string; now: string | null; onChange: (id: string) => void }): ReactNode {
  const { t, of } = useText();
  const [wanted, setWanted] = useState("");
  const { found, failed, again } = useCouriers(wanted.trim());
  const couriers = found?.couriers.filter((one) => one.id !== now) ?? [];
  const search = (text: string) => {
    setWanted(text);
    onChange("");
  };
  if (failed) return <p role="alert" className="error">{t("server_away")} <Button onClick={again}>{t("list.again")}</Button></p>;
  return (
    <>
      {(wanted || found?.more) && (
        <Field label={t("assign.search")} hint={found?.more ? t("assign.more", { count: MOST }) : undefined} type="search" value={wanted} maxLength={100} onChange={(event) => search(event.currentTarget.value)} />
      )}
      <Select
        label={t("assign.courier")}
        hint={found && !couriers.length ? t("assign.none") : undefined}
        value={value}
        disabled={!couriers.length}
        onChange={(event) => onChange(event.currentTarget.value)}
        options={[["", t(found ? "assign.choose" : "loading")], ...couriers.map(({ id, name, status }) => [id, status && status !== "offline" ? `${name} · ${of("status", status)}` : name] as const)]}
      />
    </>
  );
}
