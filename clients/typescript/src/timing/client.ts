// Timing's client: the admin's WebSocket, as its integration guide shows it, without losing or doubling messages.
import type { Schemas } from "../generated/events.js";

export type TimingOrder = Schemas["TimingOrder"];
export type Token = string | null | (() => string | null | Promise<string | null>);
type Message = { type: string; order: TimingOrder; status: string };

const CHECKPOINT = 30_000; // ms between two cursors
const REFUSED = /^(forbidden|session_ended|second_factor_needed|origin_not_allowed|invalid)$/;

/** Receives all orders, for admins. Set `onNewOrder` and `onOrderStatusUpdate`, then `connect`. */
export class TimingOrderClient {
  socket: WebSocket | null = null;
  reconnectAttempts = 0;
  maxReconnectAttempts = 5;
  /** Called when the connection opens and when it ends. */
  onConnectionChange: (status: "connected" | "disconnected" | "error", reason?: string) => void = () => {};

  private cursor = ""; // messages after it may not have arrived
  private seen = new Set<string>(); // messages after the cursor that have
  private stopped = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `token` is an access token, or a function that returns one that is still good. */
  constructor(
    readonly baseUrl: string = "ws://localhost:5000",
    readonly token: Token = null,
  ) {}

  connect(): void {
    this.stopped = false;
    clearTimeout(this.timer);
    void this.open();
  }

  disconnect(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  handleMessage(message: Message): void {
    if (message.type === "newOrder") this.onNewOrder(message.order);
    else if (message.type === "orderStatusUpdate") this.onOrderStatusUpdate(message.order, message.status);
  }

  onNewOrder(_order: TimingOrder): void {}

  onOrderStatusUpdate(_order: TimingOrder, _status: string): void {}

  /** Connect again later: after 2, 4, 6 … seconds, `maxReconnectAttempts` times in a row. */
  handleReconnect(): void {
    if (this.stopped || this.reconnectAttempts >= this.maxReconnectAttempts) return;
    this.reconnectAttempts++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), 2000 * this.reconnectAttempts * (0.5 + Math.random() / 2));
  }

  private async open(): Promise<void> {
    try {
      const token = typeof this.token === "function" ? await this.token() : this.token;
      if (!this.cursor) this.cursor = await this.place(token);
      if (this.stopped) return;
      const query = new URLSearchParams({ token: token ?? "", ...(this.cursor && { cursor: this.cursor }) });
      this.listen(new WebSocket(`${this.baseUrl}/admin?${query}`));
    } catch {
      this.onConnectionChange("error", "unreachable");
      this.handleReconnect();
    }
  }

  private listen(socket: WebSocket): void {
    this.socket = socket;
    let checkpoint: ReturnType<typeof setInterval>;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.reconnectAttempts = 0;
      this.onConnectionChange("connected");
      checkpoint = setInterval(() => void this.advance(socket), CHECKPOINT);
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data as string) as Message;
      const key = `${message.type} ${message.order?.id} ${message.order?.version}`;
      if (this.seen.has(key)) return;
      this.seen.add(key);
      this.handleMessage(message);
    };
    socket.onclose = async ({ code, reason }) => {
      clearInterval(checkpoint);
      if (socket !== this.socket) return; // closed by disconnect
      this.socket = null;
      const told = code === 1008 || code >= 4000 ? reason : "";
      const refused = opened || told ? told : await this.refusal();
      if (this.stopped) return;
      this.onConnectionChange(refused ? "error" : "disconnected", refused);
      if (!REFUSED.test(refused)) this.handleReconnect();
    };
    socket.onerror = () => socket === this.socket && this.onConnectionChange("error");
  }

  /** Return why the server refuses the user, if it does: browsers hide the answer to a refused WebSocket. */
  private async refusal(): Promise<string> {
    try {
      const token = typeof this.token === "function" ? await this.token() : this.token;
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${this.baseUrl.replace(/^ws/, "http")}/api/admin/orders?limit=1`, { headers });
      if (answer.ok || answer.status >= 500) return "";
      return ((await answer.json()) as { error: { code: string } }).error.code;
    } catch {
      return "";
    }
  }

  /** Move the cursor on: what came before it was asked for has arrived when the same connection is open later. */
  private async advance(socket: WebSocket): Promise<void> {
    try {
      const before = new Set(this.seen);
      const token = typeof this.token === "function" ? await this.token() : this.token;
      const next = await this.place(token);
      await new Promise((done) => setTimeout(done, 2_000));
      if (socket !== this.socket || socket.readyState !== 1) return;
      this.cursor = next;
      for (const key of before) this.seen.delete(key);
    } catch {
      // the next checkpoint tries again
    }
  }

  /** Return the present place in the log, empty if the server does not give it. */
  private async place(token: string | null): Promise<string> {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${this.baseUrl.replace(/^ws/, "http")}/api/sync`, { headers });
    if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
    return answer.ok ? ((await answer.json()) as Schemas["Synced"]).data.cursor : "";
  }
}
