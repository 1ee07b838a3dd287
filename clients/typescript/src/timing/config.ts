export interface ApiConfig {
  baseUrl: string;
  wsUrl: string;
}

/** The servers of an application; set your own before the first use. */
export const API_CONFIG: Record<"development" | "production", ApiConfig> = {
  development: { baseUrl: "http://localhost:5000", wsUrl: "ws://localhost:5000" },
  production: { baseUrl: "https://your-api.example", wsUrl: "wss://your-api.example" },
};

declare const process: { env: Record<string, string | undefined> } | undefined;

/** Return the server of the environment that the bundler, or Node, sets. */
export function getApiConfig(): ApiConfig {
  const name = typeof process === "undefined" ? undefined : process.env["NODE_ENV"];
  return API_CONFIG[name as keyof typeof API_CONFIG] ?? API_CONFIG.development;
}
