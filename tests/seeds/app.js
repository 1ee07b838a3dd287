// Ends the page of an app: the states of its orders as its events have shown them, and whether it was recovered.
const recovered = [];
socket.on("connect", () => recovered.push(socket.recovered));
const events = (label) => logs.filter(([first]) => first === label).map(([, data]) => data);
const states = () => Object.fromEntries(events("Order updated:").map(({ orderId, status }) => [orderId, status]));
setInterval(() => {
  const numbers = events("Order updated:").map(({ orderId, order }) => [orderId, order.orderNumber]);
  const lines = numbers.map(([id, number]) => `${number}: ${states()[id]}`);
  const heading = `${document.title}: ${socket.connected ? "connected" : "not connected"}, recovered: ${recovered.join(", ")}`;
  document.getElementById("root").innerText = [heading, ...new Set(lines)].join("\n");
}, 100);
Object.assign(window, { socket, recovered, events, states });
