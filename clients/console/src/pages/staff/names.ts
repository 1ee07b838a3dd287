// Names of accounts by id, fetched once per client.
import type { Metaia, Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState } from "react";
import { directory } from "./directory.js";

type Account = Schemas["AccountOut"];
type Asked = Promise<Account | null>;
const directories = new WeakMap<Metaia, (id: string) => Asked>();

/** Return the accounts of `ids`, as far as they are known yet. */
export function useNames(ids: readonly string[]): Record<string, Account> {
  const client = useMetaia();
  const [found, setFound] = useState<Record<string, Account>>({});
  const wanted = ids.join();
  useEffect(() => {
    let current = true;
    const fetch = (id: string): Asked => client.rest.send("get", `/api/admin/users/${id}`, { tries: 1 }).then(({ data }) => data.user, () => null);
    const account = directories.get(client) ?? directory<Account>(fetch);
    directories.set(client, account);
    for (const id of wanted ? wanted.split(",") : []) {
      void account(id).then((user) => user && current && setFound((before) => ({ ...before, [id]: user })));
    }
    return () => void (current = false);
  }, [client, wanted]);
  return found;
}

/** Return a function that gives the name of each of these accounts; the end of its id until it is known. */
export function useNameOf(ids: readonly (string | null)[]): (id: string | null) => string {
  const names = useNames(ids.filter((id) => id !== null));
  return (id) => (id ? names[id]?.name ?? `…${id.slice(-6)}` : "–");
}
