// Disputes (chargebacks): partners read those about payments to them; admins contest or accept them.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

export type Dispute = Schemas["DisputeOut"];
export type DisputeFilter = NonNullable<paths["/api/disputes"]["get"]["parameters"]["query"]>;
type Shown = Pick<Dispute, "id" | "version">;

export interface Disputes {
  list(filter?: DisputeFilter, signal?: AbortSignal): Promise<{ disputes: Dispute[]; nextCursor: string | null }>;
  get(id: string): Promise<Dispute>;
  /** Of admins: give a dispute up, as it is shown. */
  accept(dispute: Shown): Promise<Dispute>;
  /** Of admins: contest it, once, with a summary and the ids of uploaded evidence. */
  contest(dispute: Shown, answer: Omit<Schemas["ContestDispute"], "expectedVersion">): Promise<Dispute>;
}

/** Return the disputes of a client's user. */
export function disputesOf({ rest }: Pick<Metaia, "rest">): Disputes {
  const act = async ({ id, version }: Shown, action: string, given = {}): Promise<Dispute> => {
    const options = { path: { id }, body: { ...given, expectedVersion: version }, key: randomId(platformRandom) };
    return (await rest.send("post", `/api/disputes/{id}/${action}`, options)).data.dispute;
  };
  return {
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", "/api/disputes", { query: { ...filter }, signal });
      return { disputes: data.disputes, nextCursor: meta.nextCursor ?? null };
    },
    get: async (id) => (await rest.send("get", "/api/disputes/{id}", { path: { id } })).data.dispute,
    accept: (dispute) => act(dispute, "accept"),
    contest: (dispute, answer) => act(dispute, "contest", answer),
  };
}
