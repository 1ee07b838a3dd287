// The area to which a shop delivers, as a polygon around the shop: dragged, moved with the arrow keys, or typed.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { around, inserted, LEAST, MOST, placeOf, spotOf, typedPoints, written, type Place, type Spot } from "./plane.js";
import { useStorefrontText } from "./text.js";

const ARROWS: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FIRST = 3; // km
const FOCUSABLE = { tabindex: 0 }; // Preact writes attributes of SVG as they are, and `tabIndex` is none
const RINGS = [0.5, 1, 2, 5, 10, 20, 50]; // km

/** The area of a shop; one that has none yet gets points around the shop. */
export function Area({ points, centre, onChange }: { points: readonly Place[]; centre: Place | null; onChange: (points: Place[]) => void }): ReactNode {
  const there = centre ?? points[0];
  useEffect(() => void (there && points.length < LEAST && onChange(around(there, FIRST))), []);
  return there && points.length >= LEAST && <AreaEditor points={points} centre={there} onChange={onChange} />;
}

function AreaEditor({ points, centre, onChange }: { points: readonly Place[]; centre: Place; onChange: (points: Place[]) => void }): ReactNode {
  const w = useStorefrontText();
  const hint = useId();
  const svg = useRef<SVGSVGElement>(null);
  const [dragged, setDragged] = useState<{ at: number; half: number } | null>(null);
  const spots = points.map((one) => spotOf(one, centre));
  const half = dragged?.half ?? Math.max(1, ...spots.flat().map(Math.abs)) * 1.25; // the view does not move under the pointer
  const put = (at: number, spot: Spot) => onChange(points.map((one, index) => (index === at ? placeOf(spot, centre) : one)));
  const add = (spot: Spot) => points.length < MOST && onChange(inserted(spots, spot).map((one) => placeOf(one, centre)));
  const remove = (at: number) => points.length > LEAST && onChange(points.filter((_, index) => index !== at));
  const under = ({ clientX, clientY }: { clientX: number; clientY: number }): Spot => {
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    return [((clientX - left) / width) * 2 * half - half, ((clientY - top) / height) * 2 * half - half];
  };
  const press = (at: number) => (event: KeyboardEvent) => {
    const [x, y] = spots[at]!;
    const arrow = ARROWS[event.key];
    const step = half / (event.shiftKey ? 200 : 40);
    if (arrow) put(at, [x + arrow[0] * step, y + arrow[1] * step]);
    else if (event.key === "Delete" || event.key === "Backspace") remove(at);
    else return;
    event.preventDefault();
  };
  const hold = (at: number) => (event: PointerEvent) => {
    event.stopPropagation();
    svg.current!.setPointerCapture(event.pointerId);
    setDragged({ at, half });
  };
  const middle = () => { // of the longest side
    const sides = spots.map((one, at) => [one, spots[(at + 1) % spots.length]!] as const);
    const [one, other] = sides.reduce((best, side) => (Math.hypot(side[0][0] - side[1][0], side[0][1] - side[1][1]) > Math.hypot(best[0][0] - best[1][0], best[0][1] - best[1][1]) ? side : best));
    add([(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
  };
  return (
    <div className="area">
      <p className="muted small" id={hint}>{w("area.hint")}</p>
      <svg
        ref={svg}
        role="group"
        aria-label={w("area")}
        aria-describedby={hint}
        viewBox={`${-half} ${-half} ${2 * half} ${2 * half}`}
        onPointerDown={(event) => event.button === 0 && add(under(event))}
        onPointerMove={(event) => dragged && put(dragged.at, under(event))}
        onPointerUp={() => setDragged(null)}
        onPointerCancel={() => setDragged(null)}
      >
        {RINGS.filter((km) => km < half && km > half / 12).map((km) => (
          <g key={km} className="ring" aria-hidden="true">
            <circle r={km} />
            <text y={-km} fontSize={half / 16}>{km} km</text>
          </g>
        ))}
        <polygon points={spots.map((one) => one.join()).join(" ")} />
        <circle className="shop" r={half / 45} />
        {spots.map(([cx, cy], at) => (
          <circle key={at} className="handle" role="button" {...FOCUSABLE} aria-label={w("area.point", { number: at + 1, place: written([points[at]!]) })} cx={cx} cy={cy} r={half / 28} onKeyDown={press(at)} onPointerDown={hold(at)} />
        ))}
      </svg>
      <p className="actions"><Button disabled={points.length >= MOST} onClick={middle}>{w("area.add")}</Button></p>
      <Typed points={points} onChange={onChange} />
    </div>
  );
}

/** The points as text. What is typed counts as soon as it is an area. */
function Typed({ points, onChange }: { points: readonly Place[]; onChange: (points: Place[]) => void }): ReactNode {
  const w = useStorefrontText();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && !typedPoints(typed);
  const change = (text: string) => {
    setTyped(text);
    const found = typedPoints(text);
    if (found) onChange(found);
  };
  return (
    <div className={wrong ? "field wrong" : "field"}>
      <label htmlFor={id}>{w("area.typed")}</label>
      <textarea id={id} rows={Math.min(8, points.length)} value={typed ?? written(points)} aria-invalid={wrong} onChange={(event) => change(event.currentTarget.value)} onBlur={() => setTyped(null)} />
      {wrong && <small role="alert">{w("area.wrong", { least: LEAST, most: MOST })}</small>}
    </div>
  );
}
