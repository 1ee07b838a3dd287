// The texts of this part, and its badges.
import type { ReactNode } from "react";
import { usePartText } from "../../app/text.js";
import en from "../../text/endpoints/en.json";
import hi from "../../text/endpoints/hi.json";
import { Badge } from "../../ui/badge.js";

export type EndpointKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES: Record<string, string> = { unverified: "amber", active: "green", disabled: "red", pending: "amber", delivered: "green", failed: "red" };

export const useEndpointText = () => usePartText<EndpointKey>(TEXTS);

/** The state of an endpoint or a delivery. */
export function State({ state }: { state: string }): ReactNode {
  const w = useEndpointText();
  return <Badge tone={TONES[state] ?? "grey"}>{w(`state.${state}` as EndpointKey)}</Badge>;
}
