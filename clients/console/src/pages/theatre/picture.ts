// The picture that the customer of the story adds to the order: a sketch of a shirt, drawn here.
import type { Metaia } from "@metaia/client";
import { files } from "../../app/parts.js";

const SHIRT = "M220 120 L300 80 Q320 120 340 80 L420 120 L480 230 L420 260 L410 220 L410 420 L230 420 L230 220 L220 260 L160 230 Z";
const PATIENCE = 8_000; // ms: the story goes on without a picture

function sketch(): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#f1f5f9";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#93c5fd";
  context.strokeStyle = "#1e3a8a";
  context.lineWidth = 5;
  const shirt = new Path2D(SHIRT);
  context.fill(shirt);
  context.stroke(shirt);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Upload the sketch and return it as a part of an item; nothing if that fails. */
export async function drawn(client: Metaia): Promise<{ mediaIds?: string[] }> {
  const stop = AbortSignal.timeout(PATIENCE);
  try {
    const { mediaOf } = await files.load();
    const picture = await sketch();
    if (!picture) return {};
    const { upload, settled } = mediaOf(client);
    const { id } = await upload(picture, { filename: "shirt.png", alt: "A sketch of the shirt", signal: stop });
    await settled(id, stop);
    return { mediaIds: [id] };
  } catch {
    return {}; // the worker of pictures does not run, or the quota is used up
  }
}
