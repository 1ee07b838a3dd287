// The pages of the console to which results of the search lead.
import { expect, test } from "vitest";
import { pageOf } from "../../console/src/pages/finder/places.js";

const hit = { id: "1", title: "", subtitle: "", href: "/api/chat/conversations/c9", matched: "id" } as const;

test.each([
  ["orders", "customer", "/orders/1"],
  ["bookings", "delivery", undefined],
  ["users", "support", "/people/1"],
  ["payments", "support", "/payments/1"],
  ["payments", "customer", undefined],
  ["partners", "customer", "/shops/1"],
  ["partners", "admin", "/people/1"],
  ["partners", "tailor", undefined],
  ["messages", "tailor", "/chat/c9"],
  ["notifications", "tailor", "/notifications"],
  ["shipments", "admin", undefined],
])("%s of a %s leads to %s", (type, role, path) => {
  expect(pageOf(type, hit, role, ["support", "admin"].includes(role))).toBe(path);
});
