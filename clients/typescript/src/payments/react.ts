// Hooks for payments.
import { useEffect, useMemo, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { paymentsOf, type Payment, type PaymentMethod, type Payments, type Refund } from "./index.js";

/** The payments of the provider's client. */
export const usePayments = (): Payments => paymentsOf(useMetaia());

/** One payment, live. Undefined until it is known, and for users without access. */
export function usePayment(id: string | null | undefined): Payment | undefined {
  const payments = usePayments();
  const payment = useStore(payments.store, ({ byId }) => (id ? byId[id] : undefined));
  const missing = !payment;
  useEffect(() => {
    if (id && missing) payments.get(id).catch(() => undefined);
  }, [payments, id, missing]);
  return payment;
}

const newest = <T extends { id: string; createdAt: string }>(all: Record<string, T>, matches: (one: T) => boolean): T[] =>
  Object.values(all).filter(matches).sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));

/** The refunds of a payment that the store has, the newest first; those that exist are fetched. */
export function useRefunds(paymentId: string | null | undefined): Refund[] {
  const payments = usePayments();
  const refunds = useStore(payments.store, (state) => state.refunds);
  useEffect(() => {
    if (paymentId) payments.refunds({ paymentId, limit: 100 }).catch(() => undefined);
  }, [payments, paymentId]);
  return useMemo(() => newest(refunds, (one) => one.paymentId === paymentId), [refunds, paymentId]);
}

/** The payments and refunds of an order, live, the newest first. */
export function useOrderPayments(orderId: string | null | undefined): { payments: Payment[]; refunds: Refund[] } {
  const payments = usePayments();
  const { byId, refunds } = useStore(payments.store);
  useEffect(() => (orderId ? payments.watch(orderId) : undefined), [payments, orderId]);
  return useMemo(() => {
    const ofOrder = (one: { orderId: string | null }) => !!orderId && one.orderId === orderId;
    return { payments: newest(byId, ofOrder), refunds: newest(refunds, ofOrder) };
  }, [byId, refunds, orderId]);
}

export interface MethodsHook {
  /** Undefined until they are known. */
  methods: PaymentMethod[] | undefined;
  /** Why the order cannot be paid, such as `already_paid`. */
  error: MetaiaError | null;
}

/** How an order can be paid; asked again when `version`, the order's, changes. */
export function usePaymentMethods(orderId: string | null | undefined, version?: number): MethodsHook {
  const payments = usePayments();
  const [found, setFound] = useState<MethodsHook>({ methods: undefined, error: null });
  useEffect(() => {
    if (!orderId) return;
    let current = true;
    payments.methods(orderId).then(
      (methods) => current && setFound({ methods, error: null }),
      (error: unknown) => current && setFound({ methods: undefined, error: asError(error) }),
    );
    return () => void (current = false);
  }, [payments, orderId, version]);
  return found;
}
