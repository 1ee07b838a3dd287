// @vitest-environment jsdom
// Figures are fetched again when `analytics:tick` names their set; lists state the number of all.
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { analyticsOf } from "../src/analytics/index.js";
import { useDashboard, useDrill, useFigures } from "../src/analytics/react.js";
import { MetaiaProvider } from "../src/react/index.js";
import { client, ok, until } from "./fake.js";

const PERIOD = { from: "2026-11-01", to: "2026-11-02" };
const META = { asOf: { at: "2026-11-02T00:00:00Z", position: 1 }, tz: "UTC", currency: null, definitions: 1, lagSeconds: 0, rebuilding: null };
const withMeta = (data: object, meta: object = {}) => ok(data, { ...META, ...meta });

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

test("useFigures asks again after a tick that names its set", async () => {
  const given = setup();
  let placed = 1;
  given.server.routes["GET /api/analytics/orders"] = () => withMeta({ analytics: { series: [], totals: { placed }, compare: null, rows: null } });
  const asked = () => given.server.of("/api/analytics/orders").length;
  const { result } = renderHook(() => useFigures("orders", PERIOD), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.data);
  expect(result.current.meta!.tz).toBe("UTC");
  const before = asked();
  placed = 2;
  act(() => given.transport.last.event("analytics:tick" as never, { position: 2, at: "", changed: ["users"] } as never, undefined as never));
  act(() => given.transport.last.event("analytics:tick" as never, { position: 3, at: "", changed: ["orders"] } as never, undefined as never));
  await until(() => result.current.data!.totals.placed === 2);
  expect(asked()).toBe(before + 1);
});

test("the dashboard is that of staff, and a list has the number of all", async () => {
  const given = setup();
  given.server.routes["GET /api/admin/dashboard"] = () => withMeta({ dashboard: { cards: [], attention: [] } });
  given.server.routes["GET /api/analytics/orders/drill"] = () => withMeta({ items: [{ id: "o1" }] }, { count: 7, sums: {}, nextCursor: "c" });
  const { result } = renderHook(() => ({ board: useDashboard(), list: useDrill("orders", { ...PERIOD, value: "placed" }) }), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.board.data && result.current.list.count);
  expect(result.current.list).toMatchObject({ count: 7, hasMore: true });
  expect(analyticsOf(given.metaia)).toBe(analyticsOf(given.metaia));
});
