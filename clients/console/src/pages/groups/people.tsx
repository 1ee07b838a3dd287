// Users for a group: of the house for staff, other partners for a partner. The API decides again.
import type { Schemas } from "@metaia/client";
import { useMetaia, useStore, useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { useText } from "../../app/text.js";
import { Field } from "../../ui/field.js";
import { useAttempt } from "../../ui/toast.js";
import { usePartners } from "../common/people.js";
import { useGroupText } from "./text.js";

export interface Person {
  id: string;
  name: string;
  role: string;
}

const PAUSE = 300; // ms after the last key before a search is sent
const SHOWN = 25;

/** The accounts with these words, for staff; undefined until they are found. */
function useAccounts(words: string, wanted: boolean): Person[] | undefined {
  const { rest } = useMetaia();
  const attempt = useAttempt();
  const [found, setFound] = useState<Person[]>();
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const query = { active: true, limit: SHOWN, ...(words && { q: words }) };
    const search = async () => {
      try {
        const { data } = await rest.send("get", "/api/admin/users", { query, signal: stop.signal });
        setFound((data.users as Schemas["AccountOut"][]).map(({ id, name, role }) => ({ id, name, role })));
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
    };
    const timer = setTimeout(() => void attempt(search), PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [rest, attempt, words, wanted]);
  return found;
}

/** The partners with these words. */
function usePartnersWith(words: string): Person[] {
  const { orders } = useMetaia();
  const partners = usePartners(useStore(orders.store, (state) => state.orders));
  const lower = words.toLowerCase();
  return partners.filter(({ name }) => name.toLowerCase().includes(lower)).slice(0, SHOWN);
}

/** Chooses users by name. Those that are chosen stay in the list, whatever is searched. */
export function ChoosePeople({ chosen, except = [], onChange }: { chosen: readonly Person[]; except?: readonly string[]; onChange: (chosen: Person[]) => void }): ReactNode {
  const { of } = useText();
  const g = useGroupText();
  const me = useUser();
  const [q, setQ] = useState("");
  const words = q.trim();
  const staff = STAFF.includes(me?.role ?? "");
  const accounts = useAccounts(words, staff);
  const partners = usePartnersWith(words);
  const found = staff ? accounts : partners;
  const others = (found ?? []).filter(({ id }) => id !== me?.id && !except.includes(id) && !chosen.some((one) => one.id === id));
  const choose = (person: Person, on: boolean) => onChange(on ? [...chosen, person] : chosen.filter(({ id }) => id !== person.id));
  return (
    <>
      <Field label={g("search")} type="search" value={q} maxLength={100} onChange={(event) => setQ(event.currentTarget.value)} />
      <fieldset className="partners chat-people" aria-busy={!found}>
        <legend>{g("chosen", { count: chosen.length })}</legend>
        {[...chosen, ...others].map((one) => (
          <label key={one.id} className="partner">
            <input type="checkbox" checked={chosen.some(({ id }) => id === one.id)} onChange={(event) => choose(one, event.currentTarget.checked)} />
            <span className="partner-text"><strong>{one.name}</strong><small>{of("role", one.role)}</small></span>
          </label>
        ))}
      </fieldset>
      {found && !others.length && !chosen.length && <p className="muted">{g("none")}</p>}
    </>
  );
}
