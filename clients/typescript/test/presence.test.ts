import { expect, test } from "vitest";
import { changed } from "../src/react/presence.js";

const users = [{ userId: "a", role: "tailor", status: "online" }] as Parameters<typeof changed>[0];

test("a change of presence replaces, adds and removes one user", () => {
  expect(changed(users, { userId: "a", status: "busy" })).toEqual([{ ...users[0], status: "busy" }]);
  expect(changed(users, { userId: "b", role: "customer", status: "online" })).toHaveLength(2);
  expect(changed(users, { userId: "a", status: "offline" })).toEqual([]);
});

test("a change that changes nothing, or of a user with an unknown role, returns the same list", () => {
  expect(changed(users, { userId: "a", status: "online" })).toBe(users);
  expect(changed(users, { userId: "b", status: "online" })).toBe(users);
  expect(changed(users, { userId: "b", status: "offline" })).toBe(users);
});
