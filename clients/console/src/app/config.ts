// What the server states before anyone is logged in.
import type { Person } from "./slots.js";

export interface Config {
  version: string;
  environment: string;
  console: "all" | "staff";
  messages: string | null;
  /** Where pictures may come from: the page's policy allows no other place. */
  media: string[];
  /** `payments`: whether the demo provider of payments runs. */
  demo: { password: string; people: Person[]; payments: boolean } | null;
}

let found: Promise<Config> | undefined;
let origins: string[] = [];

/** Return the address of a picture if the page may load it. */
export const shownAt = (address: string | null | undefined): string | undefined =>
  address && origins.some((one) => address.startsWith(`${one}/`)) ? address : undefined;

export function config(): Promise<Config> {
  found ??= fetch("/console/config.json").then(async (answer) => {
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const given = (await answer.json()).data as Config;
    origins = given.media;
    return given;
  });
  found.catch(() => (found = undefined));
  return found;
}
