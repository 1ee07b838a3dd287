// The network of one slot, which the theatre can cut: requests fail, and the open connection ends without a goodbye.
import type { Network } from "@metaia/client";
import { browserNetwork } from "../../../typescript/src/hints.js";
import type { Transport } from "../../../typescript/src/transports/transport.js";

export class Wire {
  private readonly listeners = new Set<(online: boolean) => void>();
  online = true;

  /** What the client listens to: the switch, and the browser's own events while the wire is not cut. */
  readonly network: Network = {
    subscribe: (changed) => {
      const forget = this.subscribe(changed);
      const inner = browserNetwork.subscribe((online) => this.online && changed(online));
      return () => {
        forget();
        inner();
      };
    },
  };

  /** Call `changed` when the wire is cut or mended. */
  subscribe(changed: (online: boolean) => void): () => void {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  }

  set(online: boolean): void {
    if (online === this.online) return;
    this.online = online;
    for (const changed of [...this.listeners]) changed(online);
  }

  /** Reject if the wire is cut. */
  check(): Promise<void> {
    return this.online ? Promise.resolve() : Promise.reject(new TypeError("The network is cut."));
  }
}

/** Return `inner` on `wire`: it does not open while the wire is cut, and its link is lost when it is cut. */
export function onWire(wire: Wire, inner: Transport): Transport {
  return {
    ...inner,
    open(opening) {
      const lost = () => opening.handlers.end({ code: "lost" });
      if (!wire.online) {
        const timer = setTimeout(lost);
        return { close: () => clearTimeout(timer) };
      }
      const link = inner.open(opening);
      const forget = wire.subscribe((online) => {
        if (online) return;
        forget();
        link.close();
        lost();
      });
      return {
        ...link,
        close() {
          forget();
          link.close();
        },
      };
    },
  };
}
