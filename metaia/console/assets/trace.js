// The trace of a notification. It is polled while the page is visible.
import { callApi, build, messageOf, timeElement } from "./staff.js";

const POLL_MILLISECONDS = 2000;
const element = (id) => document.getElementById(id);
const container = element("trace");
let shown = "";

function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return build("dl", {}, ...known.flatMap(([name, value]) => [build("dt", {}, name), build("dd", {}, value)]));
}

function named(name, id) {
  return build("span", {}, name ? `${name} ` : "", build("small", {}, id));
}

function step(title, moment, ...content) {
  const head = build("h3", {}, title, " ", build("small", {}, timeElement(moment)));
  return build("li", {}, head, ...content);
}

function events(cause) {
  return cause.events.map((event) => build("div", {}, `${event.type} at ${event.position} `, timeElement(event.at)));
}

function causeFacts(cause) {
  const actor = cause.actorId ? named(`${cause.actorRole ?? "unknown role"} ${cause.actorName ?? ""}`, cause.actorId) : null;
  return facts([["about", cause.subject && named(cause.subjectName, cause.subject)], ["by", actor], ["campaign", cause.campaign], ["request", cause.requestId],
    ["events", cause.events.length ? build("div", {}, ...events(cause)) : null]]);
}

function attempt(each) {
  const took = each.milliseconds === null ? "…" : `${each.milliseconds} ms`;
  return build("li", { className: each.outcome ?? "" },
    build("strong", {}, `${each.provider}: ${each.outcome ?? "under way"}`), ` ${took} `,
    timeElement(each.startedAt), each.answer ? build("pre", {}, each.answer) : null);
}

function receipt(each) {
  return build("li", {}, build("strong", {}, `receipt: ${each.status}`), " ", timeElement(each.at), each.detail ? ` ${each.detail}` : null);
}

function decision(each) {
  const later = Date.parse(each.dueAt) > Date.parse(each.at) ? [", due ", timeElement(each.dueAt)] : [];
  return build("li", {}, build("strong", {}, `${each.status}: ${each.reason}`), " ", timeElement(each.at), ...later);
}

function history(each) {
  const lines = [...each.steps.map((one) => [one.at, decision(one)]),
    ...each.attempts.map((one) => [one.startedAt, attempt(one)]), ...each.receipts.map((one) => [one.at, receipt(one)])];
  return lines.sort(([one], [other]) => Date.parse(one) - Date.parse(other)).map(([, line]) => line);
}

function delivery(each) {
  const status = build("span", { className: `chip ${each.status}` }, each.status);
  const kind = [each.digest && "digest", each.fallback && "only if not seen"].filter(Boolean).join(", ");
  return build("article", {}, build("h3", {}, each.channel, " ", status),
    facts([["to", each.address], ["decision", each.reason], ["kind", kind], ["due", timeElement(each.dueAt)],
      ["provider", each.provider], ["reference", each.reference], ["error", each.error]]),
    build("ol", { className: "attempts" }, ...history(each)));
}

function render({ notification, cause, audience, deliveries }) {
  element("title").textContent = notification.title;
  const to = facts([["user", named(audience.name, audience.userId)], ["role", audience.role], ["language", audience.locale],
    ["time zone", audience.timeZone], ["account", audience.active ? "active" : "not active"]]);
  const kind = `${notification.type}, ${notification.category}, queue ${notification.queue}`;
  const seen = notification.inApp ? step("Seen in the app", notification.readAt, notification.readAt ? "" : "not yet") : "";
  container.replaceChildren(build("ol", { className: "timeline" },
    step("Caused", notification.createdAt, causeFacts(cause)),
    step("For", null, to, kind),
    step("Planned", notification.plannedAt, notification.plannedAt ? "" : "not yet"),
    step("Sent", null, deliveries.length ? "" : "on no channel outside of the app", ...deliveries.map(delivery)),
    seen,
    notification.clickedAt ? step("Clicked", notification.clickedAt) : "",
    notification.deletedAt ? step("Deleted by its user", notification.deletedAt) : ""));
}

async function refresh() {
  if (document.hidden) return POLL_MILLISECONDS;
  try {
    const { data } = await callApi(`/admin/notifications/${container.dataset.id}/trace.json`);
    const now = JSON.stringify(data.trace);
    if (now !== shown) render(data.trace);
    shown = now;
    element("status").textContent = "";
    return POLL_MILLISECONDS;
  } catch (error) {
    element("status").textContent = error.status === 404 ? "There is no trace of this notification." : messageOf(error);
    return error.status === 404 ? null : 5 * POLL_MILLISECONDS;
  }
}

async function poll() {
  const pause = await refresh();
  if (pause) setTimeout(poll, pause);
}

poll();
