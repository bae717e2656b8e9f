// Draws a part of the page again without disturbing who is at it: what stays the same stays the very
// same element, so that focus, an open menu, a half-typed word, a pressed button and the place to
// which one has scrolled are kept. hx-ext="morph" hx-swap="morph" on a part that refreshes itself.
//
// What is equal: the same id; else the same first id inside (a row with its buttons); else the next
// element of the same kind. What people do to an element is no attribute of the server's: `open` of
// a menu stays, and fields keep what was typed (a value that was touched ignores its attribute).

const HELD = { DETAILS: ["open"], DIALOG: ["open"] };
const PASSING = /^htmx-/;
const TABBED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

const keyOf = (node) =>
  node.nodeType === Node.ELEMENT_NODE ? node.id || node.querySelector("[id]")?.id || "" : "";

/** Let `old` become like `fresh`, an element of the same kind; `fresh` is used up. */
export function morph(old, fresh) {
  const at = document.activeElement;
  const wasInside = old.contains(at) && at !== old;
  const order = wasInside ? [...old.querySelectorAll(TABBED)] : [];
  become(old, fresh);
  if (!wasInside || document.activeElement === at) return;
  if (at.isConnected && at.checkVisibility()) return at.focus({ preventScroll: true });
  const same = at.id && document.getElementById(at.id);
  (same || neighbour(order, at, old))?.focus({ preventScroll: true });
}

/** Where the keyboard goes on when its element is gone: the next one that is left, else the last. */
function neighbour(order, gone, part) {
  const from = order.indexOf(gone);
  const isLeft = (one) => one.isConnected && one.checkVisibility();
  const next = order.slice(from).find(isLeft) ?? order.slice(0, Math.max(0, from)).findLast(isLeft);
  if (next) return next;
  return [...part.querySelectorAll(TABBED)].find(isLeft) ?? atPart(part);
}

function atPart(part) {
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
  return part;
}

function become(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.isEqualNode(fresh)) return;
  takeAttributes(old, fresh);
  takeChildren(old, fresh);
}

function takeAttributes(old, fresh) {
  const held = HELD[old.tagName] ?? [];
  const passing = [...old.classList].filter((name) => PASSING.test(name));
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !held.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!held.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (passing.length) old.classList.add(...passing);
}

function takeChildren(old, fresh) {
  const left = new Set(old.childNodes);
  const wanted = new Set([...fresh.childNodes].map(keyOf).filter(Boolean));
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const twin = twinOf(child, { left, wanted });
    if (twin) {
      left.delete(twin);
      place = putAt(old, { node: twin, place, left });
      become(twin, child);
    } else old.insertBefore(child, place);
  }
  for (const node of left) node.remove();
}

/** The child that is to become `child`, or undefined. */
function twinOf(child, { left, wanted }) {
  const key = keyOf(child);
  for (const node of left) {
    if (node.nodeName !== child.nodeName) continue;
    const own = keyOf(node);
    if (key ? own === key || (!wanted.has(own) && !child.id && !node.id) : !wanted.has(own) && !node.id) {
      return node;
    }
  }
  return undefined;
}

/** Put `node` before `place`; what has the focus is not moved, the others go round it. */
function putAt(parent, { node, place, left }) {
  if (node === place) return node.nextSibling;
  if (node.contains(document.activeElement)) {
    while (place && place !== node) {
      const next = place.nextSibling;
      if (left.has(place)) parent.append(place);
      place = next;
    }
    return node.nextSibling;
  }
  parent.insertBefore(node, place);
  return place;
}

window.htmx?.defineExtension("morph", {
  handleSwap(style, target, fragment) {
    if (style !== "morph") return false;
    const [only] = fragment.children;
    let part = only;
    if (fragment.children.length !== 1 || !target.id || only.id !== target.id) {
      part = target.cloneNode(false);
      part.append(...fragment.childNodes);
    }
    if (pressed && target.contains(pressed)) waiting.set(target, part);
    else morph(target, part);
    return [target];
  },
});

/** While a button is pressed nothing moves away under the finger: the part is drawn after the click. */
let pressed = null;
const waiting = new Map();

addEventListener("pointerdown", ({ target }) => (pressed = target), true);
for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, letGo, true);

function letGo(event) {
  if (event.type === "blur" && event.target !== window) return;
  pressed = null;
  setTimeout(() => {
    for (const [target, part] of waiting) {
      waiting.delete(target);
      if (!target.isConnected) continue;
      morph(target, part);
      window.htmx.process(target);
      window.htmx.trigger(target, "htmx:afterSwap", { target });
    }
  });
}
