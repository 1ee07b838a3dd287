// Sends one file as a form: with progress where there is an XMLHttpRequest.
import { MetaiaError } from "../errors.js";
import type { Picked, UploadOptions } from "./types.js";

const SLOWEST = 8; // bytes in a millisecond that a line carries at least
const LARGEST = 10_485_760;
const STILL = 60_000; // ms without a byte sent or an answer

/** Return the form of an upload. React Native's FormData reads a file from its address. */
export function formOf(file: Blob | Picked, { folder, alt, filename }: UploadOptions): FormData {
  const form = new FormData();
  if (folder) form.append("folder", folder); // fields first: the server knows them when the file arrives
  if (alt) form.append("alt", alt);
  if ("uri" in file) form.append("file", { type: "application/octet-stream", ...file } as unknown as Blob);
  else form.append("file", file, filename ?? (file as File).name ?? "file");
  return form;
}

/** Return how many milliseconds one try may take. */
export function patience(file: Blob | Picked): number {
  return STILL + ("size" in file ? file.size : LARGEST) / SLOWEST;
}

/** Return a `fetch` that reports how much of its body has been sent, or undefined if the platform has none. */
export function reporting(progress: (part: number) => void): typeof fetch | undefined {
  if (typeof XMLHttpRequest === "undefined") return undefined;
  return (url, init = {}) =>
    new Promise<Response>((resolve, reject) => {
      const request = new XMLHttpRequest();
      const failed = (code: string) => () => reject(new MetaiaError(0, code, "The file could not be sent."));
      const abort = () => request.abort();
      const { signal } = init;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const moved = () => (clearTimeout(timer), (timer = setTimeout(abort, STILL)));
      request.open(init.method ?? "GET", String(url));
      for (const [name, value] of Object.entries(init.headers as Record<string, string>)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => (moved(), progress(total ? loaded / total : 0));
      request.onload = () => {
        const headers: Record<string, string> = {};
        for (const name of ["Retry-After", "ETag"]) {
          const value = request.getResponseHeader(name);
          if (value) headers[name] = value;
        }
        resolve(new Response(request.responseText || null, { status: request.status, headers }));
      };
      request.onerror = failed("network");
      request.onabort = failed(signal?.aborted ? "aborted" : "network");
      request.onloadend = () => (clearTimeout(timer), signal?.removeEventListener("abort", abort));
      signal?.addEventListener("abort", abort);
      moved();
      request.send(init.body as XMLHttpRequestBodyInit);
      if (signal?.aborted) abort();
    });
}
