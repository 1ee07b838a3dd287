export { TimingOrderClient, type TimingOrder, type Token } from "./client.js";
export { API_CONFIG, getApiConfig, type ApiConfig } from "./config.js";
