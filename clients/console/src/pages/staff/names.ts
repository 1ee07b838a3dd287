// Names of accounts by id, fetched once per client.
import type { Metaia, Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState } from "react";

type Account = Schemas["AccountOut"];
const known = new WeakMap<Metaia, Map<string, Promise<Account | null>>>();
const MOST = 30; // names that one list fetches

/** Return the accounts of `ids`, as far as they are known yet. */
export function useNames(ids: readonly string[]): Record<string, Account> {
  const client = useMetaia();
  const [found, setFound] = useState<Record<string, Account>>({});
  const wanted = ids.slice(0, MOST).join();
  useEffect(() => {
    const asked = known.get(client) ?? new Map<string, Promise<Account | null>>();
    known.set(client, asked);
    for (const id of wanted ? wanted.split(",") : []) {
      const answer = asked.get(id) ?? client.rest.send("get", `/api/admin/users/${id}`, { tries: 1 }).then(({ data }) => data.user, () => null);
      asked.set(id, answer);
      void answer.then((user) => (user ? setFound((before) => ({ ...before, [id]: user })) : asked.delete(id)));
    }
  }, [client, wanted]);
  return found;
}
