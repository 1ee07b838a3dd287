import { Component, createContext, useContext, useEffect, useRef, type ReactNode } from "react";
import type { Metaia } from "../metaia.js";

const Context = createContext<Metaia | null>(null);
const holders = new WeakMap<Metaia, number>();

export interface MetaiaProviderProps {
  client: Metaia;
  /** False: the application starts and stops the connection itself. */
  connect?: boolean;
  children?: ReactNode;
}

/** Gives `client` to the hooks, and keeps it connected while it is mounted and a user is logged in. */
export function MetaiaProvider({ client, connect = true, children }: MetaiaProviderProps): ReactNode {
  useEffect(() => (connect ? hold(client) : undefined), [client, connect]);
  return <Context.Provider value={client}>{children}</Context.Provider>;
}

/** Keep `client` connected until the returned function is called by all holders; StrictMode mounts twice. */
export function hold(client: Metaia): () => void {
  holders.set(client, (holders.get(client) ?? 0) + 1);
  client.connection.start();
  return () => {
    holders.set(client, holders.get(client)! - 1);
    queueMicrotask(() => holders.get(client) === 0 && client.connection.stop());
  };
}

/** The client of the nearest MetaiaProvider. */
export function useMetaia(): Metaia {
  const found = useContext(Context);
  if (!found) throw new Error("Put <MetaiaProvider client={…}> around the components that use METAIA.");
  return found;
}

/** Call the newest `handler` for the events `name` while mounted. */
export function useEvent(name: Parameters<Metaia["on"]>[0], handler: (data: any) => void): void {
  const client = useMetaia();
  const newest = useRef(handler);
  useEffect(() => void (newest.current = handler));
  useEffect(() => client.on(name, (data: unknown) => newest.current(data)), [client, name]);
}

export interface MetaiaBoundaryProps {
  fallback: ReactNode | ((error: Error, retry: () => void) => ReactNode);
  children?: ReactNode;
}

/** Shows `fallback` when a component below it throws. */
export class MetaiaBoundary extends Component<MetaiaBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { fallback, children } = this.props;
    if (!error) return children;
    return typeof fallback === "function" ? fallback(error, () => this.setState({ error: null })) : fallback;
  }
}
