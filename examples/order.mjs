import { io } from "socket.io-client"; // npm install socket.io-client

const server = `http://127.0.0.1:${process.env.PORT ?? 5000}`;
async function call(method, path, body, token) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const answer = await fetch(`${server}/api${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).data;
}
const login = (name) => call("POST", "/auth/login", { email: `${name}@metaia.example`, password: "metaia-demo" });

const [customer, tailor] = [await login("customer"), await login("tailor")];
const socket = io(server, { auth: { token: customer.accessToken }, transports: ["websocket"] });
socket.on("connect_error", (refused) => console.error(refused.data ?? refused.message));
socket.on("order_update", ({ order }) => console.log("order_update", order.orderNumber, order.status));
socket.on("new_notification", ({ type, message }) => {
  console.log("new_notification", message);
  if (type === "order_accepted") socket.close();
});
socket.once("sync", async () => { // everything from here on arrives
  const body = { partnerId: tailor.user.id, items: [{ name: "Linen shirt", quantity: 2, price: 1450 }] };
  const { order } = await call("POST", "/orders", body, customer.accessToken);
  await call("PATCH", `/orders/${order.id}/accept`, { estimatedTime: 45 }, tailor.accessToken);
});
