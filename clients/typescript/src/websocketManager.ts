// The connection under the names of the first partner app.
import { MetaiaError } from "./errors.js";
import type { State } from "./states.js";
import type { Metaia } from "./metaia.js";
import type { RoomKind } from "./rooms.js";

const QUEUED = 100; // events at most
const WAIT = 10_000; // ms that an event waits for the connection

interface Waiting {
  send(): void;
  fail(error: MetaiaError): void;
}

/** Connects, keeps rooms, and lets events wait for the connection. Event names and payloads are those of `Sends`. */
export class WebSocketManager {
  private readonly metaia: Metaia;
  private readonly rooms = new Map<string, () => void>();
  private readonly handlers = new Map<string, Map<Function, () => void>>();
  private readonly waiting = new Set<Waiting>();
  private stopWatching: (() => void) | undefined;

  constructor(metaia: Metaia) {
    this.metaia = metaia;
  }

  /** Connect with a token that is refreshed if it ends soon. Comes back by itself until `disconnect`. */
  connect(): void {
    this.stopWatching ??= this.metaia.connection.subscribe(({ isConnected }) => {
      if (isConnected) for (const one of [...this.waiting]) one.send();
    });
    this.metaia.connection.start();
  }

  disconnect(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
    for (const one of [...this.waiting]) one.fail(notLive());
    this.metaia.connection.stop();
  }

  get isConnected(): boolean {
    return this.metaia.connection.isConnected;
  }

  get state(): State {
    return this.metaia.connection.state;
  }

  /** Events that wait for the connection. */
  get queued(): number {
    return this.waiting.size;
  }

  /**
   * Send an event and return the data of its acknowledgement. Without a connection it waits for one, 10 s at most, and
   * is not sent after that. Rejects with MetaiaError.
   */
  emit(name: string, data: unknown = {}): Promise<any> {
    const send = () => this.metaia.request(name as never, data as never);
    if (this.isConnected) return send();
    if (this.waiting.size >= QUEUED) return Promise.reject(notLive());
    return new Promise((resolve, reject) => {
      const finish = (done: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(one);
        done();
      };
      const one: Waiting = {
        send: () => finish(() => send().then(resolve, reject)),
        fail: (error) => finish(() => reject(error)),
      };
      const timer = setTimeout(() => one.fail(notLive()), WAIT);
      this.waiting.add(one);
    });
  }

  on(name: string, handler: (data: any) => void): () => void {
    const known = this.handlers.get(name) ?? new Map<Function, () => void>();
    this.handlers.set(name, known);
    if (!known.has(handler)) known.set(handler, this.metaia.on(name as never, handler as never));
    return () => this.off(name, handler);
  }

  off(name: string, handler: (data: any) => void): void {
    this.handlers.get(name)?.get(handler)?.();
    this.handlers.get(name)?.delete(handler);
  }

  /** Join a room, such as `order-{id}`, now and after each reconnect. */
  joinRoom(room: string): void {
    const [, kind, id] = /^(order|partner|booking)-(.+)$/.exec(room) ?? [];
    if (kind && !this.rooms.has(room)) this.rooms.set(room, this.metaia.rooms.join(kind as RoomKind, id!));
  }

  leaveRoom(room: string): void {
    this.rooms.get(room)?.();
    this.rooms.delete(room);
  }
}

const notLive = () => new MetaiaError(0, "not_live", "There is no connection.");
