// The platform's parts of a React Native app. The app hands in its own modules, so Metro bundles only what it has:
//   createMetaia({ baseUrl, ...nativeParts({ AppState, NetInfo, AsyncStorage, SecureStore, Crypto }) })
import type { Lifecycle, Network } from "./hints.js";
import type { Random } from "./random.js";
import type { Storage } from "./storage.js";
import type { Session, SessionStore } from "./tokens.js";

interface Subscription {
  remove(): void;
}

export interface NativeModules {
  /** Of react-native. */
  AppState: { addEventListener(event: "change", handler: (state: string) => void): Subscription };
  /** Of @react-native-community/netinfo. */
  NetInfo?: { addEventListener(handler: (state: { isConnected: boolean | null }) => void): () => void };
  /** Of @react-native-async-storage/async-storage: keeps the cursor. */
  AsyncStorage?: {
    getItem(key: string): Promise<string | null>;
    setItem(key: string, value: string): Promise<void>;
    removeItem(key: string): Promise<void>;
  };
  /** expo-secure-store, or the same three functions over a keychain: keeps the session. */
  SecureStore?: {
    getItemAsync(key: string): Promise<string | null>;
    setItemAsync(key: string, value: string): Promise<void>;
    deleteItemAsync(key: string): Promise<void>;
  };
  /** expo-crypto: Hermes has no `crypto.getRandomValues`. */
  Crypto?: { getRandomValues<T extends ArrayBufferView>(bytes: T): T };
}

export interface NativeParts {
  lifecycle: Lifecycle;
  network?: Network;
  storage?: Storage;
  tokens?: SessionStore;
  random?: Random;
}

const SESSION = "metaia.session"; // SecureStore allows letters, digits, ".", "-" and "_"

/** Return the options of `createMetaia` that the given modules fill. */
export function nativeParts({ AppState, NetInfo, AsyncStorage, SecureStore, Crypto }: NativeModules): NativeParts {
  return {
    lifecycle: {
      subscribe(changed) {
        const subscription = AppState.addEventListener("change", (state) => changed(state === "active"));
        return () => subscription.remove();
      },
    },
    // `isInternetReachable` is often null or wrong; without a network nothing is stopped, so `null` counts as online
    ...(NetInfo && {
      network: { subscribe: (changed) => NetInfo.addEventListener(({ isConnected }) => changed(isConnected !== false)) },
    }),
    ...(AsyncStorage && {
      storage: {
        get: (key) => AsyncStorage.getItem(key),
        set: (key, value) => AsyncStorage.setItem(key, value),
        delete: (key) => AsyncStorage.removeItem(key),
      },
    }),
    ...(SecureStore && {
      tokens: {
        load: async () => JSON.parse((await SecureStore.getItemAsync(SESSION)) ?? "null") as Session | null,
        save: (session) =>
          session ? SecureStore.setItemAsync(SESSION, JSON.stringify(session)) : SecureStore.deleteItemAsync(SESSION),
      },
    }),
    ...(Crypto && { random: (bytes: Uint8Array) => void Crypto.getRandomValues(bytes) }),
  };
}
