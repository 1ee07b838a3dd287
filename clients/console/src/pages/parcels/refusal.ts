// Why an action on a parcel was refused.
import type { MetaiaError } from "@metaia/client";
import { useToast } from "../../ui/toast.js";
import { useParcelText } from "./text.js";

const REFUSALS = ["carrier_unavailable", "rate_limited", "shipment_closed", "too_many_shipments", "tracking_code_in_use"] as const;

/** Return a function that shows why an action was refused. */
export function useRefusal(): (error: MetaiaError) => void {
  const { p } = useParcelText();
  const toast = useToast();
  return (error) => {
    const known = REFUSALS.find((one) => one === error.code);
    toast(known ? p(`error.${known}`) : error.message, "error");
  };
}
