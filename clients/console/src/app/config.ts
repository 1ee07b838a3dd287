// What the server states before anyone is logged in.
import type { Person } from "./slots.js";

export interface Config {
  version: string;
  environment: string;
  console: "all" | "staff";
  messages: string | null;
  demo: { password: string; people: Person[] } | null;
}

let found: Promise<Config> | undefined;

export function config(): Promise<Config> {
  found ??= fetch("/console/config.json").then(async (answer) => {
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return (await answer.json()).data as Config;
  });
  found.catch(() => (found = undefined));
  return found;
}
