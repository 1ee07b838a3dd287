// Refunds: requested, retried, cancelled, and kept up to date in the store of payments.
import type { StoreApi } from "zustand/vanilla";
import type { Events } from "../generated/events.js";
import type { Rest } from "../http.js";
import { platformRandom, randomId } from "../random.js";
import type { PaymentsState } from "./index.js";
import type { NewRefund, Payment, Refund, RefundFilter } from "./types.js";

export interface Refunds {
  /**
   * Request a refund. Two calls with one `key` are one refund; without a key each call is a new one, repeated safely.
   * Rejects with `not_refundable`, `refund_exceeds` or `disputed`.
   */
  refund(paymentId: string, refund: NewRefund, key?: string): Promise<Refund>;
  refunds(filter?: RefundFilter): Promise<{ refunds: Refund[]; nextCursor: string | null }>;
  getRefund(id: string): Promise<Refund>;
  /** Request a failed refund again: resolves to the new one. */
  retryRefund(id: string): Promise<Refund>;
  /** Cancel a refund that was not sent to the provider yet. */
  cancelRefund(id: string): Promise<Refund>;
}

interface Parts extends Refunds {
  /** Take an event; `wanted`: its refund is fetched though it is not in the store. */
  changed(event: Events["refund_update"], wanted: boolean): void;
}

/** Return the refunds of one client. `reload` fetches the payment of a refund that was requested. */
export function createRefunds(rest: Rest, store: StoreApi<PaymentsState>, reload: (paymentId: string) => Promise<Payment>): Parts {
  const one = (id: string) => ({ path: { refund_id: id } });

  function take(refund: Refund): Refund {
    const before = store.getState().refunds[refund.id];
    if (before && before.version > refund.version) return before;
    store.setState(({ refunds }) => ({ refunds: { ...refunds, [refund.id]: refund } }));
    return refund;
  }

  const getRefund = async (id: string) => take((await rest.send("get", "/api/refunds/{refund_id}", one(id))).data.refund);

  /** Its payment has other amounts now, which its event states later. */
  async function requested(refund: Refund): Promise<Refund> {
    await reload(refund.paymentId).catch(() => undefined);
    return take(refund);
  }

  async function act(action: string, id: string): Promise<Refund> {
    const version = store.getState().refunds[id]?.version;
    const body = version === undefined ? {} : { expectedVersion: version };
    const options = { ...one(id), body, key: randomId(platformRandom) };
    try {
      return await requested((await rest.send("post", `/api/refunds/{refund_id}/${action}`, options)).data.refund);
    } finally {
      await getRefund(id).catch(() => undefined); // it has other actions now
    }
  }

  return {
    changed({ refundId, paymentId, status, version, updatedAt }, wanted) {
      const { byId, refunds } = store.getState();
      const before = refunds[refundId];
      if (before && before.version >= version) return;
      if (before) take({ ...before, status, version, updatedAt, allowedActions: [] });
      if (before || wanted || byId[paymentId]) getRefund(refundId).catch(() => undefined);
    },
    getRefund,
    async refund(paymentId, refund, key = randomId(platformRandom)) {
      const options = { path: { payment_id: paymentId }, body: refund, key };
      return requested((await rest.send("post", "/api/payments/{payment_id}/refunds", options)).data.refund);
    },
    async refunds(filter = {}) {
      const { data, meta } = await rest.send("get", "/api/refunds", { query: { ...filter } });
      return { refunds: (data.refunds as Refund[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    retryRefund: (id) => act("retry", id),
    cancelRefund: (id) => act("cancel", id),
  };
}
