// How an order will be paid, chosen when it is placed.
import type { NewOrder } from "@metaia/client";
import type { ReactNode } from "react";
import { Select } from "../../ui/field.js";
import { usePaymentText, type PaymentKey } from "./text.js";

type Method = NonNullable<NewOrder["paymentMethod"]>;
const METHODS: readonly Method[] = ["none", "online", "cod", "credit"];
const AT_COUNTER: readonly Method[] = ["none", "cod"];

export function MethodChoice({ method, counter = false, onChange }: { method: Method; counter?: boolean; onChange: (method: Method) => void }): ReactNode {
  const { p, named } = usePaymentText();
  return (
    <Select
      label={p("method")}
      hint={p(`hint.${method}` as PaymentKey)}
      value={method}
      onChange={(event) => onChange(event.currentTarget.value as Method)}
      options={(counter ? AT_COUNTER : METHODS).map((one) => [one, named("method", one)] as const)}
    />
  );
}
