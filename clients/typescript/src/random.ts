/** Fills an array with random bytes. Hermes has no `crypto`: `./native` passes expo-crypto's. */
export type Random = (bytes: Uint8Array) => void;

/** The platform's source of random bytes, or Math.random's where there is none (ids are not secrets there). */
export const platformRandom: Random = (bytes) => {
  const source = globalThis.crypto;
  if (source?.getRandomValues) source.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
  else for (let i = 0; i < bytes.length; i++) bytes[i] = Math.random() * 256;
};

/** Return 32 hexadecimal digits: 128 random bits. */
export function randomId(random: Random): string {
  const bytes = new Uint8Array(16);
  random(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return a whole number below `limit`, for jitter. */
export const below = (limit: number): number => Math.floor(Math.random() * limit);
