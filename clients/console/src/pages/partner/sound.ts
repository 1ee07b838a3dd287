// The sound of a new order. Browsers allow sound only after a gesture of the user.
import { useSyncExternalStore } from "react";

const KEY = "metaia:muted";
const QUIET = 2_000; // ms between two sounds
const TONES: [hertz: number, at: number][] = [[880, 0], [1175, 0.16]];

let context: AudioContext | undefined;
let last = 0;
let state = { muted: stored(), armed: false };
const listeners = new Set<() => void>();

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

function change(to: Partial<typeof state>) {
  state = { ...state, ...to };
  for (const changed of listeners) changed();
}

function arm() {
  if (state.armed || typeof AudioContext === "undefined") return;
  context = new AudioContext();
  void context.resume().catch(() => undefined);
  change({ armed: true });
}

if (typeof document !== "undefined") {
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, arm, { capture: true, passive: true });
  if (navigator.userActivation?.hasBeenActive) arm();
}

export function setMuted(muted: boolean): void {
  try {
    localStorage.setItem(KEY, muted ? "1" : "0");
  } catch {
    // private mode: the choice ends with the page
  }
  change({ muted });
  if (!muted) beep();
}

/** Play the sound, unless it is off, not yet allowed, or has just been played. */
export function beep(): void {
  if (state.muted || !context || Date.now() - last < QUIET) return;
  last = Date.now();
  void context.resume().catch(() => undefined);
  for (const [hertz, at] of TONES) {
    const [tone, volume, start] = [context.createOscillator(), context.createGain(), context.currentTime + at];
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  }
}

/** Whether the sound is off, and whether the browser allows it yet. */
export function useSound(): { muted: boolean; armed: boolean } {
  const read = () => state;
  return useSyncExternalStore((changed) => (listeners.add(changed), () => void listeners.delete(changed)), read, read);
}
