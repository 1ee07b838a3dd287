// Things by id: each is fetched once, four at a time.
const AT_ONCE = 4;
const KEPT = 1_000; // the oldest are fetched again

/** Return a function that gives a thing by id; null if it cannot be read. */
export function directory<T>(fetch: (id: string) => Promise<T | null>): (id: string) => Promise<T | null> {
  const known = new Map<string, Promise<T | null>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = async (id: string): Promise<T | null> => {
    if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    else running++;
    const thing = await fetch(id);
    const next = waiting.shift(); // it takes over this turn
    if (next) next();
    else running--;
    if (!thing) known.delete(id);
    return thing;
  };
  return (id) => {
    const asked = known.get(id) ?? turn(id);
    known.set(id, asked);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    return asked;
  };
}
