// Ends Timing's tracking page. The guide's page has the origin of the API, so it asks by path.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const fetch = (path) => window.fetch(new URL(path, "http://localhost:8000"));
createRoot(document.getElementById("root")).render(<OrderTracking orderId={new URLSearchParams(location.search).get("order")} />);
