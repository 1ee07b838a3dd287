// A script that fails to load: another release may have replaced it, and then a page of the new release is needed.
const KEY = "metaia:reloaded:";

function first(name: string): boolean {
  try {
    const known = sessionStorage.getItem(KEY + name);
    sessionStorage.setItem(KEY + name, "1");
    return !known;
  } catch {
    return false; // without a memory the page would load for ever
  }
}

function forget(name: string): void {
  try {
    sessionStorage.removeItem(KEY + name);
  } catch {
    // private mode
  }
}

const serverAnswers = () => fetch("/console/config.json", { cache: "no-store" }).then(({ ok }) => ok, () => false);

/**
 * Return what `load` imports. If that fails while the server answers, reload the page: once for `name` until it loads, or
 * each time if the user `asked` for it. Rejects with the error of `load`.
 */
export async function imported<T>(name: string, load: () => Promise<T>, asked = false): Promise<T> {
  try {
    const found = await load();
    forget(name);
    return found;
  } catch (error) {
    if ((await serverAnswers()) && (first(name) || asked)) location.reload();
    throw error;
  }
}
