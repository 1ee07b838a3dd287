// The places of a parcel's scans in the order of their times, drawn without tiles of a third party.
import { mapPoints, type Shipment } from "@metaia/client/shipments";
import type { ReactNode } from "react";
import { useParcelText } from "./text.js";

const [WIDTH, HEIGHT, EDGE] = [320, 160, 16];
const DAY = 86_400_000;

export function ParcelMap({ shipment }: { shipment: Shipment }): ReactNode {
  const { p } = useParcelText();
  const points = mapPoints(shipment.scans);
  if (points.length < 2) return null;
  const placed = points.map(({ x, y, scan }) => ({ x: EDGE + x * (WIDTH - 2 * EDGE), y: EDGE + y * (HEIGHT - 2 * EDGE), scan }));
  const last = placed.at(-1)!;
  const old = Date.now() - Date.parse(last.scan.at) > DAY; // a place of yesterday must not look like a live one
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" style={{ maxWidth: "28rem" }} role="img" aria-label={p("map", { count: points.length })}>
      <polyline points={placed.map(({ x, y }) => `${x},${y}`).join(" ")} fill="none" stroke="currentColor" strokeOpacity="0.4" strokeWidth="2" />
      {placed.map(({ x, y, scan }, index) => (
        <circle key={index} cx={x} cy={y} r={scan === last.scan ? 6 : 3} fill={scan === last.scan && old ? "none" : "currentColor"} stroke="currentColor" strokeWidth="2">
          <title>{scan.location?.city ?? ""}</title>
        </circle>
      ))}
    </svg>
  );
}
