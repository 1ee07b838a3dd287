// The pages of staff. Each part imports main.tsx, so that the build has one file that all share, not one for each pair.
import "../main.js";
import { addTexts } from "../app/text.js";
import texts from "../text/en-staff.json";

addTexts(texts);

export { AuditLog } from "../pages/staff/audit.js";
export { CampaignPage } from "../pages/staff/campaign.js";
export { Campaigns } from "../pages/staff/campaigns.js";
export { Dashboard } from "../pages/staff/dashboard.js";
export { Live } from "../pages/staff/live.js";
export { Messages } from "../pages/staff/messages.js";
export { AllOrders } from "../pages/staff/orders.js";
export { People } from "../pages/staff/people.js";
export { PersonPage } from "../pages/staff/person.js";
export { Previews } from "../pages/staff/previews.js";
export { Queues } from "../pages/staff/queues.js";
export { Suppressions } from "../pages/staff/suppressions.js";
export { TracePage } from "../pages/staff/trace.js";
export { WebhookPage } from "../pages/staff/webhook.js";
export { WebhookRefusals } from "../pages/staff/webhookRefusals.js";
export { Webhooks } from "../pages/staff/webhooks.js";
// payments.js takes these from here: esbuild makes no script of its own for what two parts share
export { Choose, Filters, Search } from "../pages/staff/filters.js";
export { useNameOf, useNames } from "../pages/staff/names.js";
export { Progress } from "../pages/staff/progress.js";
export { List, useList } from "../pages/staff/list.js";
export { Spark } from "../pages/staff/spark.js";
export { openWanted } from "../pages/staff/wanted.js";
