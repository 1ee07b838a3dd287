// Ends Timing's page: its client and its dashboard, each with a connection of its own.
import { createRoot } from "react-dom/client";

testConnection();
createRoot(document.getElementById("root")).render(<OrderDashboard token="your-jwt-token" />);
const rows = () =>
  [...document.querySelectorAll(".space-y-4 > div")].map((row) => [
    row.querySelector("h3").innerText.replace("Order #", ""),
    row.querySelector("span").innerText,
  ]);
Object.assign(window, { rows });
