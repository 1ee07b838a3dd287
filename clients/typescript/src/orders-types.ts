// What the store of orders offers.
import type { StoreApi } from "zustand/vanilla";
import type { Order } from "./errors.js";
import type { Schemas } from "./generated/events.js";
import type { Rest } from "./http.js";
import type { Random } from "./random.js";
import type { Toast } from "./toasts.js";

export type OrderAction = "accept" | "reject" | "prepare" | "ready" | "assign" | "dispatch" | "deliver" | "complete" | "cancel";
export type OrderStatus = Order["status"];
export type NewOrder = Schemas["Create"];

export interface OrdersState {
  /** Newest first, as the user sees them: with changes that are not answered yet. */
  orders: Order[];
  byId: Record<string, Order>;
  /** Ids of orders with changes that are not answered yet. */
  pending: ReadonlySet<string>;
  loaded: boolean;
  /** The server has more orders than are kept: open ones and the newest are. */
  more: boolean;
}

export interface Orders {
  store: StoreApi<OrdersState>;
  /** Fetch all orders again. */
  load(): Promise<void>;
  get(id: string): Order | undefined;
  /** Perform an action: shown at once, taken back if the server refuses it. One order's actions go one after the other. */
  act<A extends OrderAction>(id: string, action: A, body?: Bodies[A]): Promise<Order>;
  create(order: NewOrder): Promise<Order>;
  /** Take an order from the server, unless a newer version is known. */
  take(order: Order): void;
  /** Take the order of an event: as `take`, but at the limit one that is not kept and older than those kept is left out. */
  follow(order: Order): void;
  /** Change fields of an order in this store only. */
  update(id: string, updates: Partial<Order>): void;
  remove(id: string): void;
  /** Keep an order whatever the limit, until the returned function is called. */
  hold(id: string): () => void;
  clear(): void;
}

export interface Bodies {
  accept: Schemas["Accept"];
  reject: Schemas["Reject"];
  prepare: Schemas["Change"];
  ready: Schemas["Ready"];
  assign: Schemas["Assign"];
  dispatch: Schemas["Change"];
  deliver: Schemas["Change"];
  complete: Schemas["Change"];
  cancel: Schemas["Cancel"];
}

export interface OrdersOptions {
  rest: Rest;
  random: Random;
  /** How many orders are kept. */
  limit: number;
  toast(toast: Toast): void;
}
