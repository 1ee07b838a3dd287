// A partner that accepts every order: node partner-bot.mjs URL EMAIL PASSWORD [STATE]
// Its place in the event log is in the file STATE: orders that come while it does not run are accepted when it starts again.
import { createMetaia } from "@metaia/client";
import { fileStorage } from "@metaia/client/node";

const [baseUrl, email, password, state = "partner-bot.json"] = process.argv.slice(2);
const metaia = createMetaia({
  baseUrl,
  storage: fileStorage(state),
  onSignedOut: (code) => {
    console.error("signed out:", code);
    process.exit(1);
  },
});

// The place moves on when the returned promise settles, so an order is not forgotten if the program is killed here.
metaia.on("order_update", async ({ order }) => {
  if (order.status !== "pending" || !order.allowedActions.includes("accept")) return;
  const accepted = await metaia.orders.act(order.id, "accept", { estimatedTime: 20 }).catch((error) => error);
  console.log(order.orderNumber, accepted.status === "accepted" ? "accepted" : (accepted.code ?? accepted.status));
});
metaia.connection.subscribe(({ state, transport }) => console.log(state, transport ?? ""));

if (!(await metaia.auth.restore())) await metaia.auth.login({ email, password });
metaia.connection.start();
