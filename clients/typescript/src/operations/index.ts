// Bulk operations of admins: a dry run, then the operation with a result for each order or user.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

export type Kind = "orders" | "users";
export type Operation = Schemas["OperationOut"];
/** What an operation would do: the results of its first hundred items, and figures of all. */
export type Trial = Schemas["TrialOut"];
export type Result = Schemas["ItemResultOut"];
export type OperationFilter = NonNullable<paths["/api/admin/operations"]["get"]["parameters"]["query"]>;
export type OrderFilter = Schemas["OrderFilter"];
export type UserFilter = Schemas["UserFilter"];

/** Either `ids` or `filter`; `{all: true}` for all rows. */
export interface Instruction {
  action: Operation["action"];
  ids?: readonly string[];
  filter?: OrderFilter | UserFilter;
  reason: string;
  parameters?: Schemas["OrderParameters"] | Schemas["UserParameters"];
}

export interface ResultQuery {
  /** False: only failed items. */
  ok?: boolean | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface Operations {
  /** Show what would happen; nothing changes. */
  try(kind: Kind, given: Instruction, signal?: AbortSignal): Promise<Trial>;
  /** Begin the operation for as many items as the dry run has counted. Raises `count_changed` if there are others now. */
  start(kind: Kind, given: Instruction, expectedCount: number, key?: string): Promise<Operation>;
  list(filter?: OperationFilter, signal?: AbortSignal): Promise<{ operations: Operation[]; nextCursor: string | null }>;
  get(id: string, signal?: AbortSignal): Promise<Operation>;
  results(id: string, query?: ResultQuery, signal?: AbortSignal): Promise<{ results: Result[]; nextCursor: string | null }>;
  /** The results as CSV; of an export, with the rows. */
  download(id: string, query?: Pick<ResultQuery, "ok">): Promise<Blob>;
  cancel(id: string): Promise<Operation>;
  /** Do the failed items of one's own operation again. */
  retry(id: string): Promise<Operation>;
  /** Call `changed` with the events of one's own operations until the returned function is called. */
  watch(changed: (progress: Schemas["OperationProgressMessage"]) => void): () => void;
}

const LIST = "/api/admin/operations";
const ONE = `${LIST}/{operation_id}`;
const PATIENCE = 60_000; // ms for a file

/** Return the bulk operations of an admin. */
export function operationsOf({ rest, on }: Pick<Metaia, "rest" | "on">): Operations {
  const send = async (kind: Kind, body: object, options: { key?: string; signal?: AbortSignal | undefined }) =>
    (await rest.send("post", `/api/admin/${kind}/bulk`, { body, ...options })).data.operation;
  const act = async (id: string, action: string): Promise<Operation> =>
    (await rest.send("post", `${ONE}/${action}`, { path: { operation_id: id }, key: randomId(platformRandom) })).data.operation;
  return {
    try: (kind, given, signal) => send(kind, { ...given, dryRun: true }, { signal }), // without a key: its answer need not be kept
    start: (kind, given, expectedCount, key = randomId(platformRandom)) => send(kind, { ...given, dryRun: false, expectedCount }, { key }),
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter }, signal });
      return { operations: data.operations, nextCursor: meta.nextCursor ?? null };
    },
    get: async (id, signal) => (await rest.send("get", ONE, { path: { operation_id: id }, signal })).data.operation,
    async results(id, query = {}, signal) {
      const { data, meta } = await rest.send("get", `${ONE}/results`, { path: { operation_id: id }, query: { ...query }, signal });
      return { results: data.results, nextCursor: meta.nextCursor ?? null };
    },
    async download(id, query = {}) {
      let file: Blob | undefined;
      // The answer is no JSON: its content is kept, and the client gets an empty answer in its place.
      const keeping: typeof fetch = async (input, init) => {
        const answer = await globalThis.fetch(input, init);
        if (!answer.ok) return answer;
        file = await answer.blob();
        return new Response("{}");
      };
      await rest.send("get", `${ONE}/results.csv`, { path: { operation_id: id }, query: { ...query }, fetch: keeping, timeout: PATIENCE });
      return file!;
    },
    cancel: (id) => act(id, "cancel"),
    retry: (id) => act(id, "retry"),
    watch: (changed) => on("system:operation", changed),
  };
}
