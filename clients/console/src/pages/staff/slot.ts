import type { Metaia } from "@metaia/client";
import { slots } from "../../app/slots.js";

/** Return the number of the slot that a client belongs to. */
export const numberOf = (client: Metaia): number => [...slots.values()].find((slot) => slot.client === client)!.number;
