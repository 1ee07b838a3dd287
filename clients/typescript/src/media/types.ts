// What the functions of media take and give.
import type { MetaiaError } from "../errors.js";
import type { Schemas } from "../generated/events.js";

/** A picture, document or voice message, as `GET /api/upload/{id}` answers it. */
export type Media = Schemas["MediaOut"];
export type MediaKind = Media["kind"];
export type MediaFolder = Media["folder"];
export type MediaStatus = Media["status"];
/** What events carry: addresses end soon, so events have none. */
export type MediaState = Schemas["MediaState"];
export type Usage = Schemas["UsageOut"];

/** What a picker of React Native gives. */
export interface Picked {
  uri: string;
  name: string;
  type?: string;
}

export interface UploadOptions {
  /** Default: `image`. */
  kind?: MediaKind | undefined;
  /** Default: the server's, `general`. */
  folder?: MediaFolder | undefined;
  /** A text that replaces a picture for users that do not see it. */
  alt?: string | undefined;
  /** The name of a file that has none, such as a recording. */
  filename?: string | undefined;
  /** Seconds that the answer may wait until the file is ready, 0 to 10. Default: the server's, 5. */
  wait?: number | undefined;
  /** The part that has been sent, from 0 to 1. Without XMLHttpRequest: only 0 and 1. */
  onProgress?: ((part: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** `Idempotency-Key`; default: a new one for each call. The same key and file are one upload. */
  key?: string | undefined;
  /** Bytes from which a file goes to the store itself (1 MiB), if the server agrees; `Infinity`: never. */
  directFrom?: number | undefined;
}

export interface Filter {
  kind?: MediaKind | undefined;
  folder?: MediaFolder | undefined;
  status?: MediaStatus | undefined;
  attached?: boolean | undefined;
  /** Of staff: the files of one user. */
  ownerId?: string | undefined;
  q?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface AddressOptions {
  /** Pixels; the server rounds up to the next size that it makes. */
  width?: number | undefined;
  height?: number | undefined;
  fit?: "cover" | "contain" | undefined;
  format?: "auto" | "webp" | "jpeg" | undefined;
  quality?: string | undefined;
  /** True: the browser saves the file instead of showing it. */
  download?: boolean | undefined;
}

export interface Address {
  url: string;
  /** Null: the address does not end. */
  expiresAt: string | null;
}

/** What can be changed; with `expectedVersion`, 409 `stale_version` if it is another version now. */
export type Change = Schemas["ChangeMedia"];

export type UploadState = "idle" | "sending" | "processing" | "ready" | "rejected";

export interface Upload {
  state: UploadState;
  /** From 0 to 1. */
  progress: number;
  media: Media | null;
  /** Why the file was refused, with the contract's code, or why it could not be sent. */
  error: MetaiaError | null;
}
