// Direct uploads: the server signs an address, the file goes to the store itself, and the server is told to process it.
import { aborted, asError, errorOf, MetaiaError } from "../errors.js";
import type { Schemas } from "../generated/events.js";
import { delay, sleep, type Rest } from "../http.js";
import { patience, reporting } from "./sending.js";
import type { Media, UploadOptions } from "./types.js";

/** Bytes from which a file goes to the store itself: below, one request is faster than three. */
export const LARGE = 1_048_576;
const TRIES = 3; // then it goes through the server, which has tries of its own
/** Refusals of an address that mean: send the file through the server, which looks into it, or has no direct uploads. */
const THROUGH_THE_SERVER = [404, 405, 415];

type Address = Schemas["Upload"];

/** Return the file after its processing, or null if it must go through the server. `key` is that of the upload. */
export async function sendDirectly(rest: Rest, file: Blob, options: UploadOptions, key: string): Promise<Media | null> {
  const { kind = "image", folder, alt, wait = 5, signal, onProgress } = options;
  const filename = options.filename ?? (file as File).name ?? "file";
  const body = { kind, folder, alt, filename, contentType: file.type, size: file.size };
  let signed: { media: Media; upload: Address };
  try {
    signed = (await rest.send("post", "/api/upload/sign", { body, key: `${key}-sign`, signal })).data;
  } catch (error) {
    if (THROUGH_THE_SERVER.includes(asError(error).status)) return null;
    throw error;
  }
  const path = { media_id: signed.media.id };
  try {
    await put(signed.upload, file, signal, onProgress);
  } catch (error) {
    // what is reserved for it is given back; a line that is down lets it expire
    rest.send("delete", "/api/upload/{media_id}", { path }).catch(() => undefined);
    if (signal?.aborted) throw error;
    return null; // a store that refuses pages of this origin, or an address that is over
  }
  const given = { path, body: {}, query: { wait }, signal, tries: TRIES }; // a repetition gets the same answer
  const { media } = (await rest.send("post", "/api/upload/{media_id}/complete", given)).data as { media: Media };
  if (media.status === "rejected") throw new MetaiaError(422, media.reason ?? "corrupt", "The file was rejected.", { media });
  return media;
}

/** Send the file to the store, again after a cut line. Rejects with the store's answer, or `aborted`. */
async function put(upload: Address, file: Blob, signal: AbortSignal | undefined, progress: UploadOptions["onProgress"]): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      return await once(upload, file, signal, progress);
    } catch (error) {
      const { status } = asError(error);
      if (signal?.aborted) throw aborted();
      if (n >= TRIES || (status > 0 && status < 500 && status !== 429)) throw error;
      await sleep(delay(n), signal);
    }
  }
}

async function once({ method, url, headers, fields }: Address, file: Blob, signal: AbortSignal | undefined, progress: UploadOptions["onProgress"]): Promise<void> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, patience(file));
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    const send = (progress && reporting(progress)) ?? fetch;
    const answer = await send(url, { method, headers, body: method === "POST" ? form(fields, file) : file, signal: limit.signal });
    // 409: an earlier try has arrived, and only its answer was lost
    if (!answer.ok && answer.status !== 409) throw errorOf(answer.status, undefined);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function form(fields: Address["fields"], file: Blob): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  made.append("file", file);
  return made;
}
