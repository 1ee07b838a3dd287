// Types of the routes: what `rest.GET("/api/orders", …)` takes and answers, derived from the generated `paths`.
import type { paths } from "./generated/schema.js";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that have the method. */
export type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

export type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type Parameters<O, In extends string> = O extends { parameters: { [K in In]?: infer T } } ? NonNullable<T> : never;
type JsonBody<O> = O extends { requestBody?: infer B }
  ? [NonNullable<B>] extends [never]
    ? never
    : NonNullable<B> extends { content: { "application/json": infer T } }
      ? T
      : never
  : never;
type Json<R> = R extends { content: { "application/json": infer T } } ? T : never;
type Success<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R]
  : never;

type Need<K extends string, T> = [T] extends [never] ? unknown : { [Key in K]: T };
type May<K extends string, T> = [T] extends [never] ? unknown : { [Key in K]?: T };

export interface Common {
  /** `Idempotency-Key`: a repetition with the same key and body takes effect once, so the client may retry. */
  key?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Milliseconds that one try may take (15,000). */
  timeout?: number | undefined;
  /** False: send no access token. */
  auth?: boolean;
  /** How often to try (5 for GET and with `key`, else 1). */
  tries?: number;
}

/** Options of one operation: `path`, `query` and `body` as the OpenAPI document has them. */
export type Options<O> = Common &
  Need<"path", Parameters<O, "path">> &
  May<"query", Parameters<O, "query">> &
  Need<"body", JsonBody<O>>;

/** What an operation answers: `data` and `meta` of the envelope. */
export interface Answer<O> {
  data: Success<O> extends { data: infer D } ? D : Record<string, never>;
  meta: Success<O> extends { meta?: infer T } ? NonNullable<T> : Record<string, unknown>;
  status: number;
  /** Undefined when the server did not send the header, or the browser may not read it. */
  etag: string | undefined;
}

type Arguments<O> = Record<string, never> extends Options<O> ? [options?: Options<O>] : [options: Options<O>];

/** The function of one method. */
export type Call<M extends Method> = <P extends PathsWith<M>>(
  path: P,
  ...options: Arguments<Operation<P, M>>
) => Promise<Answer<Operation<P, M>>>;
