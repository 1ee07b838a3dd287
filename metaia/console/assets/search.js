import { callApi, build, messageOf, timeElement } from "./staff.js";

const element = (id) => document.getElementById(id);
let cursor = null;

function row(found) {
  const link = build("a", { href: `/admin/notifications/${encodeURIComponent(found.id)}` }, found.title);
  const chips = found.deliveries.map((each) =>
    build("span", { className: `chip ${each.status}` }, `${each.channel} ${each.status}`));
  const user = build("span", {}, `${found.userName} `, build("small", {}, found.userId));
  const cells = [timeElement(found.createdAt), user, found.type, link].map((content) => build("td", {}, content));
  return build("tr", {}, ...cells, build("td", {}, ...chips));
}

async function search(following) {
  const query = new URLSearchParams(new FormData(element("search")));
  for (const [name, value] of [...query]) if (!value.trim()) query.delete(name);
  if (following) query.set("cursor", following);
  element("status").textContent = "";
  try {
    const { data, meta } = await callApi(`/admin/notifications.json?${query}`);
    if (!following) element("found").replaceChildren();
    element("found").append(...data.notifications.map(row));
    element("table").hidden = !element("found").children.length;
    element("status").textContent = element("found").children.length ? "" : "No notification was found.";
    cursor = meta.nextCursor;
  } catch (error) {
    cursor = null;
    const details = Object.entries(error.details ?? {}).map(([name, texts]) => `${name}: ${texts}`).join(" ");
    element("status").textContent = details || messageOf(error);
  }
  element("more").hidden = !cursor;
}

element("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(null);
});
element("more").addEventListener("click", () => search(cursor));
search(null);
