// The first script: it loads the console. If a server of another release answers, the page is loaded again.
import "./styles/index.css";
import { imported } from "./app/reload.js";

imported("main", () => import("./main.js")).catch(() => {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.className = "alone";
  text.textContent = "The console could not be loaded. Load the page again in a moment.";
  document.getElementById("console")!.replaceChildren(text);
});
