/** A short message for the user. `message` is English; show your own text for `code` in other languages. */
export interface Toast {
  kind: "info" | "error";
  code: string;
  message: string;
  title?: string;
  orderId?: string;
}

export interface Toasts {
  show(toast: Toast): void;
  subscribe(handler: (toast: Toast) => void): () => void;
}

/** Return a channel for toasts: a toast without a subscriber is dropped. */
export function createToasts(): Toasts {
  const handlers = new Set<(toast: Toast) => void>();
  return {
    show: (toast) => handlers.forEach((handler) => handler(toast)),
    subscribe(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  };
}
