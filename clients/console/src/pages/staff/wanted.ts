// An address such as `/console/?to=/queues` names a page of staff and no slot.
import { STAFF } from "../../app/roles.js";
import { userOf } from "../../app/slots.js";
import type { Config } from "../../app/config.js";

/** Open that page in the first slot with the session of a member of staff, if there is one. */
export async function openWanted({ demo }: Config, go: (path: string) => void): Promise<void> {
  const wanted = new URLSearchParams(location.search).get("to");
  if (!wanted) return;
  const slots = demo ? demo.people.flatMap(({ role }, index) => (STAFF.includes(role) ? [index + 1] : [])) : [1];
  for (const slot of slots) {
    const user = await userOf(slot).catch(() => null); // without an answer, users choose
    if (user && STAFF.includes(user.role)) return go(`/console/${slot}${wanted}`);
  }
}
