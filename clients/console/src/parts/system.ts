// The state of the installation for staff: statistics, durations, errors, the log of events; their texts in both languages.
import "../main.js";
export { ErrorPage } from "../pages/system/error.js";
export { ErrorsPage } from "../pages/system/errors.js";
export { LogPage } from "../pages/system/log.js";
export { PerformancePage } from "../pages/system/performance.js";
export { StatsPage } from "../pages/system/stats.js";
