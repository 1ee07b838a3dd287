// Preact's `render` without a leak: a component's first vnode stays in the `children` of its parent, with the tree of that
// time. There a memoized card leads to the list of its last drawing, and that one to later lists, so that every removed card
// stays in memory. A vnode that was replaced therefore loses its children once the new tree is complete.
import { options, type VNode } from "preact";

export { render } from "preact";

/** Preact's own fields; their short names are the same in all builds of version 10 and 11. */
interface Drawn extends VNode {
  __c: object | null; // the component
  __k: Drawn[] | null; // the children
}

interface Hooks {
  diffed?: ((vnode: Drawn) => void) | undefined;
  __c?: ((root: Drawn, queue: unknown[]) => void) | undefined; // the new tree is complete
}

const hooks = options as Hooks;
const { diffed, __c: committed } = hooks;
const newest = new WeakMap<object, Drawn>(); // by component
let replaced: Drawn[] = [];

hooks.diffed = (vnode) => {
  const component = vnode.__c;
  if (component) {
    const before = newest.get(component);
    if (before && before !== vnode) replaced.push(before);
    newest.set(component, vnode);
  }
  diffed?.(vnode);
};

hooks.__c = (root, queue) => {
  for (const vnode of replaced) vnode.__k = null;
  replaced = [];
  committed?.(root, queue);
};
