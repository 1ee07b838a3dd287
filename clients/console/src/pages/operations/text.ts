// The texts of this part, and what it needs from the client.
import { operationsOf, type Operations } from "@metaia/client/operations";
import { useMetaia } from "@metaia/client/react";
import { useMemo } from "react";
import { usePartText } from "../../app/text.js";
import en from "../../text/operations/en.json";
import hi from "../../text/operations/hi.json";

export type OperationKey = keyof typeof en;
const TEXTS = { en, hi };

export const useOperationText = (): ((key: OperationKey, values?: Record<string, string | number>) => string) => usePartText<OperationKey>(TEXTS);

export function useOperations(): Operations {
  const metaia = useMetaia();
  return useMemo(() => operationsOf(metaia), [metaia]);
}
