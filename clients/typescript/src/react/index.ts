export { hold, MetaiaBoundary, MetaiaProvider, useEvent, useMetaia } from "./context.js";
export type { MetaiaBoundaryProps, MetaiaProviderProps } from "./context.js";
export * from "./hooks.js";
export * from "./partner.js";
export { usePartnerStatus, usePresence } from "./presence.js";
