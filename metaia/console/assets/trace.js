// A notification's trace, from its cause to the eye of its user; asked for again while the page is looked at.
import { ask, make, told, when } from "./staff.js";

const EVERY = 2000; // milliseconds
const element = (id) => document.getElementById(id);
const place = element("trace");
let shown = "";

function facts(pairs) {
  const said = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...said.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

function step(title, moment, ...content) {
  const head = make("h3", {}, title, " ", make("small", {}, when(moment)));
  return make("li", {}, head, ...content);
}

function events(cause) {
  return cause.events.map((event) => make("div", {}, `${event.type} at ${event.position} `, when(event.at)));
}

function because(cause) {
  const who = cause.actorId ? `${cause.actorRole ?? "somebody"} ${cause.actorId}` : null;
  return facts([["about", cause.subject], ["by", who], ["campaign", cause.campaign], ["request", cause.requestId],
    ["events", cause.events.length ? make("div", {}, ...events(cause)) : null]]);
}

function attempt(each) {
  const took = each.milliseconds === null ? "…" : `${each.milliseconds} ms`;
  return make("li", { className: each.outcome ?? "" },
    make("strong", {}, `${each.provider}: ${each.outcome ?? "under way"}`), ` ${took} `,
    when(each.startedAt), each.answer ? make("pre", {}, each.answer) : null);
}

function receipt(each) {
  return make("li", {}, make("strong", {}, `receipt: ${each.status}`), " ", when(each.at), each.detail ? ` ${each.detail}` : null);
}

function decided(each) {
  const later = Date.parse(each.dueAt) > Date.parse(each.at) ? [", due ", when(each.dueAt)] : [];
  return make("li", {}, make("strong", {}, `${each.status}: ${each.reason}`), " ", when(each.at), ...later);
}

function course(each) {
  const lines = [...each.steps.map((one) => [one.at, decided(one)]),
    ...each.attempts.map((one) => [one.startedAt, attempt(one)]), ...each.receipts.map((one) => [one.at, receipt(one)])];
  return lines.sort(([one], [other]) => Date.parse(one) - Date.parse(other)).map(([, line]) => line);
}

function delivery(each) {
  const status = make("span", { className: `chip ${each.status}` }, each.status);
  const kind = [each.digest && "digest", each.fallback && "only if not seen"].filter(Boolean).join(", ");
  return make("article", {}, make("h3", {}, each.channel, " ", status),
    facts([["to", each.address], ["decision", each.reason], ["kind", kind], ["due", when(each.dueAt)],
      ["provider", each.provider], ["reference", each.reference], ["error", each.error]]),
    make("ol", { className: "attempts" }, ...course(each)));
}

function show({ notification, cause, audience, deliveries }) {
  element("title").textContent = notification.title;
  const to = facts([["user", audience.userId], ["role", audience.role], ["language", audience.locale],
    ["time zone", audience.timeZone], ["account", audience.active ? "active" : "not active"]]);
  const kind = `${notification.type}, ${notification.category}, queue ${notification.queue}`;
  const seen = notification.inApp ? step("Seen in the app", notification.readAt, notification.readAt ? "" : "not yet") : "";
  place.replaceChildren(make("ol", { className: "timeline" },
    step("Caused", notification.createdAt, because(cause)),
    step("For", null, to, kind),
    step("Planned", notification.plannedAt, notification.plannedAt ? "" : "not yet"),
    step("Sent", null, deliveries.length ? "" : "on no channel outside of the app", ...deliveries.map(delivery)),
    seen,
    notification.clickedAt ? step("Clicked", notification.clickedAt) : "",
    notification.deletedAt ? step("Deleted by its user", notification.deletedAt) : ""));
}

async function look() {
  if (document.hidden) return EVERY;
  try {
    const { data } = await ask(`/admin/notifications/${place.dataset.id}/trace.json`);
    const now = JSON.stringify(data.trace);
    if (now !== shown) show(data.trace);
    shown = now;
    element("said").textContent = "";
    return EVERY;
  } catch (error) {
    element("said").textContent = error.status === 404 ? "There is no trace of this notification." : told(error);
    return error.status === 404 ? null : 5 * EVERY;
  }
}

async function goOn() {
  const pause = await look();
  if (pause) setTimeout(goOn, pause);
}

goOn();
