// @vitest-environment jsdom
// Shipments: what is sent, what hooks show, and the map of scans.
import { act, render, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { MetaiaProvider } from "../src/react/index.js";
import { mapPoints, shipmentsOf, type ShipmentScan } from "../src/shipments/index.js";
import { useOrderShipments } from "../src/shipments/react.js";
import { client, ok, problem, until } from "./fake.js";

const LIST = "/api/orders/o1/shipments";
const shipment = (id: string, status = "label"): any => ({ id, orderId: "o1", status, scans: [], version: 1, allowedActions: [] });
const scan = (lat: number | null, lng: number | null): ShipmentScan =>
  ({ status: "in_transit", at: "2026-11-28T06:00:00Z", receivedAt: "2026-11-28T06:00:00Z", message: null, location: { city: "Pune", region: null, country: null, lat, lng } }) as ShipmentScan;

describe("shipments", () => {
  test("a parcel is added once per key, and a refusal has its code", async () => {
    const { metaia, server } = client();
    server.routes[`POST ${LIST}`] = () => ok({ shipment: shipment("s1") });
    const shipments = shipmentsOf(metaia);
    expect(shipmentsOf(metaia)).toBe(shipments);
    expect((await shipments.add("o1", { slug: "manual", trackingCode: "AWB1" }, "k1")).id).toBe("s1");
    const [sent] = server.of(LIST);
    expect(sent!.headers["Idempotency-Key"]).toBe("k1");
    expect(JSON.parse(sent!.body!)).toEqual({ slug: "manual", trackingCode: "AWB1" });
    server.routes[`POST ${LIST}`] = () => problem(409, "tracking_code_in_use");
    await expect(shipments.add("o1", { slug: "manual", trackingCode: "AWB1" })).rejects.toMatchObject({ code: "tracking_code_in_use" });
  });

  test("a hook follows the events of its order", async () => {
    const { metaia, server, transport } = client();
    let status = "label";
    server.routes[`GET ${LIST}`] = () => ok({ shipments: [shipment("s1", status)] });
    metaia.connection.start();
    await until(() => transport.links.length);
    transport.live();
    const View = () => <p>{useOrderShipments("o1").shipments?.map((one) => one.status).join() ?? "…"}</p>;
    render(<MetaiaProvider client={metaia} connect={false}><View /></MetaiaProvider>);
    await screen.findByText("label");
    status = "delivered";
    const events = (id: string, orderId: string) => act(async () => transport.last.event("shipment_update", { orderId, shipmentId: "s1", eventId: id, cursor: id }, id));
    await events("e1", "another");
    expect(screen.getByText("label")).toBeTruthy();
    await events("e2", "o1");
    await screen.findByText("delivered");
  });
});

describe("the map of scans", () => {
  test("only scans with both coordinates are on it, in their order", () => {
    expect(mapPoints([])).toEqual([]);
    expect(mapPoints([scan(null, null), { ...scan(1, 1), location: null }])).toEqual([]);
    const [west, east] = mapPoints([scan(18.5, 73.8), scan(null, null), scan(18.5, 75.8)]);
    expect([west!.x, east!.x]).toEqual([0, 1]);
    expect(west!.y).toBeCloseTo(0.5);
  });

  test("one place is in the middle, and north is up", () => {
    const [only] = mapPoints([scan(18.5, 73.8)]);
    expect([only!.x, only!.y]).toEqual([0.5, 0.5]);
    const [south, north] = mapPoints([scan(10, 70), scan(20, 70)]);
    expect(north!.y).toBeLessThan(south!.y);
  });
});
