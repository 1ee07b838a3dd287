import { ask, make, told, when } from "./staff.js";

const element = (id) => document.getElementById(id);
let cursor = null;

function row(found) {
  const link = make("a", { href: `/admin/notifications/${encodeURIComponent(found.id)}` }, found.title);
  const chips = found.deliveries.map((each) =>
    make("span", { className: `chip ${each.status}` }, `${each.channel} ${each.status}`));
  const cells = [when(found.createdAt), found.type, link].map((content) => make("td", {}, content));
  return make("tr", {}, ...cells, make("td", {}, ...chips));
}

async function search(following) {
  const query = new URLSearchParams(new FormData(element("search")));
  for (const [name, value] of [...query]) if (!value.trim()) query.delete(name);
  if (following) query.set("cursor", following);
  element("said").textContent = "";
  try {
    const { data, meta } = await ask(`/admin/notifications.json?${query}`);
    if (!following) element("found").replaceChildren();
    element("found").append(...data.notifications.map(row));
    element("table").hidden = !element("found").children.length;
    element("said").textContent = element("found").children.length ? "" : "Nothing was found.";
    cursor = meta.nextCursor;
  } catch (error) {
    cursor = null;
    const details = Object.entries(error.details ?? {}).map(([name, texts]) => `${name}: ${texts}`).join(" ");
    element("said").textContent = error.status === 404 ? "There is no search here yet." : details || told(error);
  }
  element("more").hidden = !cursor;
}

element("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(null);
});
element("more").addEventListener("click", () => search(cursor));
search(null);
