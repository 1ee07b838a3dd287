// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { MetaiaProvider } from "../src/react/index.js";
import type { Cart } from "../src/shops/index.js";
import { useMenu, useQuote, useShop, useShops } from "../src/shops/react.js";
import { client, ok, problem, until } from "./fake.js";

function setup() {
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  return { ...given, wrapper };
}

async function live({ transport, metaia }: ReturnType<typeof setup>) {
  await until(() => transport.links.length);
  act(() => transport.live());
  await until(() => metaia.connection.isConnected);
}

test("useMenu asks with its ETag when the menu has changed and after joining, and ends with the component", async () => {
  const given = setup();
  let version = 1;
  const asked = () => given.server.of("/api/partners/p1/menu");
  given.server.routes["GET /api/partners/p1/menu"] = ({ headers }) =>
    headers["If-None-Match"] === `"${version}"` ? { status: 304 } : { ...(ok({ sections: [], menuVersion: version, validUntil: null }) as object), headers: { ETag: `"${version}"` } };
  const { result, unmount } = renderHook(() => useMenu("p1"), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.menu && asked().length >= 2); // again after the room was joined
  expect(result.current.menu!.menuVersion).toBe(1); // a 304 keeps it
  version = 2;
  act(() => given.transport.last.event("menu:changed", { partnerId: "other", menuVersion: 9, productIds: [] }, "c"));
  act(() => given.transport.last.event("menu:changed", { partnerId: "p1", menuVersion: 2, productIds: [] }, "c"));
  await until(() => result.current.menu!.menuVersion === 2);
  expect(asked().at(-1)!.headers["If-None-Match"]).toBe('"1"');
  const before = asked().length;
  unmount();
  given.transport.last.event("menu:changed", { partnerId: "p1", menuVersion: 3, productIds: [] }, "c");
  await new Promise((done) => setTimeout(done, 50));
  expect(asked()).toHaveLength(before);
});

test("useQuote asks once for several changes, and shows the last quote while it asks", async () => {
  const given = setup();
  given.server.routes["POST /api/orders/quote"] = ({ body }) => {
    const { items } = JSON.parse(body!) as Cart;
    return items[0]!.quantity > 5 ? problem(422, "invalid") : ok({ quote: { id: `q${items[0]!.quantity}`, total: items[0]!.quantity * 10 } });
  };
  const cart = (quantity: number): Cart => ({ partnerId: "p1", items: [{ productId: "x", quantity }] });
  const { result, rerender } = renderHook(({ quantity }) => useQuote(quantity ? cart(quantity) : null), { wrapper: given.wrapper, initialProps: { quantity: 1 } });
  rerender({ quantity: 2 });
  rerender({ quantity: 3 });
  await until(() => result.current.quote);
  expect(result.current.quote!.id).toBe("q3");
  expect(given.server.of("/api/orders/quote")).toHaveLength(1);
  rerender({ quantity: 6 });
  expect([result.current.quote!.id, result.current.busy]).toEqual(["q3", true]);
  await until(() => result.current.error);
  act(() => result.current.show({ id: "q9" } as never));
  expect([result.current.quote!.id, result.current.error]).toEqual(["q9", null]);
  rerender({ quantity: 0 });
  expect(result.current.quote).toBeUndefined();
});

test("useShops shows the availability of the store", async () => {
  const given = setup();
  given.server.routes["GET /api/partners"] = () => ok({ partners: [{ id: "p1", availability: "open" }] }, { nextCursor: null });
  const { result } = renderHook(() => useShops({ open: true }), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.data?.length === 1);
  act(() => given.transport.last.event("partner:changed", { partnerId: "p1", availability: "closed" }, "c"));
  await until(() => result.current.data![0]!.availability === "closed");
});

test("useShop shows no other shop than the one that is asked for", async () => {
  const given = setup();
  given.server.routes["GET /api/partners/first"] = () => ok({ partner: { id: "p1" } });
  const { result, rerender } = renderHook(({ id }) => useShop(id), { wrapper: given.wrapper, initialProps: { id: "first" } });
  await until(() => result.current.shop?.id === "p1");
  rerender({ id: "unknown" });
  expect(result.current.shop).toBeUndefined();
  await until(() => result.current.error?.status === 404);
  expect(result.current.shop).toBeUndefined();
});
