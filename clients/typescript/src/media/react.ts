// Hooks for uploads and pictures.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { asError } from "../errors.js";
import { platformRandom, randomId } from "../random.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { mediaOf, type AddressOptions, type Media, type MediaFiles, type Picked, type Upload, type UploadOptions } from "./index.js";

const IDLE: Upload = { state: "idle", progress: 0, media: null, error: null };
const RENEWED = 5_000; // ms after a failure before an address is asked for again

/** The files of the provider's client. */
export const useMediaFiles = (): MediaFiles => mediaOf(useMetaia());

export interface UploadHook extends Upload {
  /** Send a file. Resolves to the finished file, or null if it was refused, failed, or was cancelled. */
  upload(file: Blob | Picked, options?: UploadOptions): Promise<Media | null>;
  /** Send the same file again after a failure, with the same key. */
  retry(): Promise<Media | null>;
  /** End the upload; what the server has received already is deleted. */
  cancel(): void;
}

/** One upload after the other, with its state for the screen. It is cancelled when the component unmounts while it sends. */
export function useUpload(): UploadHook {
  const files = useMediaFiles();
  const [shown, setShown] = useState(IDLE);
  const running = useRef<{ stop: AbortController; media: Media | null } | null>(null);
  const last = useRef<[Blob | Picked, UploadOptions] | null>(null);

  const upload = useCallback<UploadHook["upload"]>(
    async (file, options = {}) => {
      running.current?.stop.abort();
      const stop = new AbortController();
      const mine = (running.current = { stop, media: null as Media | null });
      const show = (change: Partial<Upload>) => running.current === mine && setShown((before) => ({ ...before, ...change }));
      const key = options.key ?? randomId(platformRandom);
      last.current = [file, { ...options, key }];
      setShown({ ...IDLE, state: "sending" });
      const onProgress = (progress: number) => (show({ progress }), options.onProgress?.(progress));
      try {
        mine.media = await files.upload(file, { ...options, key, onProgress, signal: stop.signal });
        show({ state: "processing", progress: 1, media: mine.media });
        const media = await files.settled(mine.media.id, stop.signal);
        show({ state: "ready", media });
        return media;
      } catch (error) {
        if (stop.signal.aborted) return null;
        show({ state: "rejected", error: asError(error) });
        return null;
      } finally {
        if (running.current === mine && !stop.signal.aborted) running.current = null;
      }
    },
    [files],
  );

  const cancel = useCallback(() => {
    const current = running.current;
    running.current = null;
    current?.stop.abort();
    if (current?.media) files.remove(current.media.id).catch(() => undefined); // unattached files end by themselves
    setShown(IDLE);
  }, [files]);

  const retry = useCallback(() => (last.current ? upload(...last.current) : Promise.resolve(null)), [upload]);
  useEffect(() => () => running.current?.stop.abort(), []);
  return useMemo(() => ({ ...shown, upload, retry, cancel }), [shown, upload, retry, cancel]);
}

/** One file, live. Undefined until it is known, and for users without access. */
export function useMedia(id: string | null | undefined): Media | undefined {
  const files = useMediaFiles();
  const media = useStore(files.store, ({ byId }) => (id ? byId[id] : undefined));
  const missing = !media;
  useEffect(() => {
    if (id && missing) files.get(id).catch(() => undefined);
  }, [files, id, missing]);
  return media;
}

/** The address of a file, replaced before it ends; undefined while there is none, and after the file was deleted. */
export function useMediaUrl(id: string | null | undefined, options: AddressOptions = {}): string | undefined {
  const files = useMediaFiles();
  const [found, setFound] = useState<{ id: string; url: string }>();
  const given = JSON.stringify(options);
  const over = useStore(files.store, ({ byId }) => !!id && ["deleted", "hidden", "rejected"].includes(byId[id]?.status ?? ""));
  useEffect(() => {
    if (!id || over) return setFound(undefined);
    const wanted: AddressOptions = JSON.parse(given);
    let timer: ReturnType<typeof setTimeout>;
    let current = true;
    const ask = () => {
      files.address(id, wanted).then(
        (url) => {
          if (!current) return;
          setFound({ id, url });
          timer = setTimeout(ask, Math.max(1_000, files.addressRest(id, wanted)));
        },
        (error: unknown) => {
          if (!current) return;
          setFound(undefined);
          const { status } = asError(error);
          if (status === 0 || status >= 500 || status === 429) timer = setTimeout(ask, RENEWED);
        },
      );
    };
    ask();
    return () => ((current = false), clearTimeout(timer));
  }, [files, id, given, over]);
  return found?.id === id ? found?.url : undefined;
}
