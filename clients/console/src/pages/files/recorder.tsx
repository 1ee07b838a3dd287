// Voice messages: recorded where the browser can, played everywhere.
import { useMediaUrl } from "@metaia/client/media/react";
import type { Media } from "@metaia/client/media";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { clock } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { useToast } from "../../ui/toast.js";
import { useFileText } from "./text.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"]; // Chromium, Firefox, Safari
const LONGEST = 600; // seconds

const typeHere = (): string | undefined =>
  typeof MediaRecorder === "undefined" || !navigator.mediaDevices ? undefined : TYPES.find((one) => MediaRecorder.isTypeSupported(one));

/** A button that records, and one that ends the recording. Nothing where the browser cannot record. */
export function Recorder({ onRecorded }: { onRecorded: (file: File) => void }): ReactNode {
  const { f } = useFileText();
  const show = useToast();
  const running = useRef<MediaRecorder | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  const type = typeHere();

  useEffect(() => () => running.current?.stream.getTracks().forEach((track) => track.stop()), []);
  useEffect(() => {
    if (seconds === null) return;
    const timer = setTimeout(() => (seconds + 1 >= LONGEST ? running.current?.stop() : setSeconds(seconds + 1)), 1_000);
    return () => clearTimeout(timer);
  }, [seconds]);

  const begin = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream, { mimeType: type! });
      const parts: Blob[] = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.onstop = () => {
        stream.getTracks().forEach((track) => track.stop()); // the browser's sign that it listens goes out
        running.current = null;
        setSeconds(null);
        const plain = type!.split(";")[0]!;
        onRecorded(new File(parts, `${f("recording")}.${plain.split("/")[1] === "mp4" ? "m4a" : plain.split("/")[1]}`, { type: plain }));
      };
      running.current = recorder;
      recorder.start();
      setSeconds(0);
    } catch {
      show(f("no_microphone"), "error");
    }
  };

  if (!type) return null;
  if (seconds === null) return <Button onClick={() => void begin()}><Icon name="voice" /> {f("record")}</Button>;
  return (
    <Button kind="danger" onClick={() => running.current?.stop()}>
      <Icon name="stop" /> {f("record.end")} <span aria-live="off" className="countdown">{clock(seconds)}</span>
    </Button>
  );
}

/** A voice message. Its address is renewed while it is shown, but not while it plays: that would begin again. */
export function Voice({ media }: { media: Media }): ReactNode {
  const url = useMediaUrl(media.status === "ready" ? media.id : null);
  const { f } = useFileText();
  const audio = useRef<HTMLAudioElement>(null);
  const [used, use] = useState<string>();
  const renew = () => use((before) => (url && before && !audio.current!.paused ? before : url));
  useEffect(renew, [url]);
  return <audio ref={audio} controls preload="metadata" src={used} onPause={renew} aria-label={f("voice.named", { name: media.filename })} />;
}
