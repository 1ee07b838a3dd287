// Places around a shop on a plane of kilometres: east and south of the shop. Good for the 50 km of a delivery.
export interface Place {
  lat: number;
  lng: number;
}
export type Spot = readonly [x: number, y: number];

export const KM = 111.195; // of a degree of latitude
export const [LEAST, MOST] = [3, 200]; // points of an area
const DIGITS = 5; // a metre
const FIRST = 6; // points

const widthOf = ({ lat }: Place) => KM * Math.cos((lat * Math.PI) / 180);
const rounded = (value: number) => Number(value.toFixed(DIGITS));
const fits = ({ lat, lng }: Place) => Math.abs(lat) <= 85 && Math.abs(lng) <= 180;

export const spotOf = ({ lat, lng }: Place, centre: Place): Spot => [(lng - centre.lng) * widthOf(centre), (centre.lat - lat) * KM];
export const placeOf = ([x, y]: Spot, centre: Place): Place => ({ lat: rounded(Math.max(-85, Math.min(85, centre.lat - y / KM))), lng: rounded(Math.max(-180, Math.min(180, centre.lng + x / widthOf(centre)))) });

/** Return an area of points that are `km` away from a place. */
export const around = (centre: Place, km: number): Place[] =>
  Array.from({ length: FIRST }, (_, at) => placeOf([km * Math.sin((2 * Math.PI * at) / FIRST), -km * Math.cos((2 * Math.PI * at) / FIRST)], centre));

/** Return the square of the distance of a spot from a line between two others. */
function apart([x, y]: Spot, [ax, ay]: Spot, [bx, by]: Spot): number {
  const [dx, dy] = [bx - ax, by - ay];
  const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return (x - ax - part * dx) ** 2 + (y - ay - part * dy) ** 2;
}

/** Return the spots of an area with another one, in the side that is nearest to it. */
export function inserted(spots: readonly Spot[], spot: Spot): Spot[] {
  const sides = spots.map((one, at) => apart(spot, one, spots[(at + 1) % spots.length]!));
  const at = sides.indexOf(Math.min(...sides)) + 1;
  return [...spots.slice(0, at), spot, ...spots.slice(at)];
}

export const written = (points: readonly Place[]): string => points.map(({ lat, lng }) => `${lat}, ${lng}`).join("\n");

/** Return the points of a text, a line each; null if it is no area. */
export function typedPoints(text: string): Place[] | null {
  const lines = text.split("\n").filter((line) => line.trim());
  const points = lines.map((line) => {
    const [lat, lng, more] = line.split(",").map((one) => (one.trim() ? Number(one) : NaN));
    return { lat: more === undefined ? lat ?? NaN : NaN, lng: lng ?? NaN };
  });
  return points.length >= LEAST && points.length <= MOST && points.every(fits) ? points : null;
}
