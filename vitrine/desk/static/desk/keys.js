// Single keys of the desk, only outside fields; `?` shows them, and they can be switched
// off in this browser (WCAG 2.1.4). Ctrl+Enter sends from inside a field.

const OFF = "keys off";
const sheet = document.getElementById("keys");
const off = document.getElementById("keys-off");

const isTyping = (element) =>
  element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const links = () => [...document.querySelectorAll("#rows a[data-number]")];

function step(by) {
  const all = links();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement.closest?.("a[data-number]"));
  const open = all.findIndex((link) => link.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : open;
  all[Math.max(0, Math.min(all.length - 1, from + by))].focus();
}

function openFocused() {
  const focused = document.activeElement.closest?.("a[data-number]");
  (focused ?? links()[0])?.click();
}

function openBox(box, field) {
  const act = document.querySelector("#act");
  if (act) act.replaceChildren();
  const details = document.getElementById(box);
  if (!details) return false;
  details.open = true;
  document.getElementById(field).focus();
  return true;
}

function click(selector) {
  const element = document.querySelector(selector);
  element?.click();
  return Boolean(element);
}

function back() {
  const current = document.querySelector("#rows a[aria-current], #rows a[data-number]");
  if (current && !matchMedia("(max-width: 48rem)").matches) current.focus();
  else click("[data-back]");
}

const outcome = (key) => click(`[data-key="${key}"]`) || click(`[data-outcome="${key}"]`);

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: openFocused,
  u: back,
  c: () => click(".rail .call"),
  r: () => openBox("reply-box", "reply"),
  i: () => openBox("note-box", "note"),
  e: () => openBox("reply-box", "reply"),
  d: () => outcome("3"),
  1: () => outcome("1"),
  2: () => outcome("2"),
  3: () => outcome("3"),
  "/": () => document.getElementById("find")?.focus(),
  "?": () => sheet.showModal(),
};

document.addEventListener("keydown", pressed);

function pressed(event) {
  const { key, target } = event;
  if (event.altKey && !event.ctrlKey && !event.metaKey && ["1", "2", "3"].includes(event.code.slice(-1)) && event.code.startsWith("Digit")) {
    event.preventDefault();
    outcome(event.code.slice(-1));
    return;
  }
  if (isTyping(target)) {
    if (key === "Escape") target.blur();
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
      event.preventDefault();
      const wanted = event.shiftKey ? "close" : "send";
      target.form.requestSubmit(
        target.form.querySelector(`[name=then][value=${wanted}]`) ??
          target.form.querySelector("button:not([type=button])"),
      );
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || sheet.open) return;
  if (localStorage.getItem(OFF) || !(key in KEYS)) return;
  event.preventDefault();
  KEYS[key]();
}

/** What was pressed before this script was there, unless one meanwhile types. */
document.removeEventListener("keydown", window.keepEarlyKey);
for (const event of window.earlyKeys.splice(0)) {
  if (!event.defaultPrevented && !isTyping(document.activeElement)) pressed(event);
}

// Links that lead to a box of the dock, not to a page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-focuses]");
  if (!link) return;
  event.preventDefault();
  openBox(`${link.dataset.focuses}-box`, link.dataset.focuses);
});

const opener = document.querySelector("[data-opens-keys]");
opener.hidden = false;
opener.addEventListener("click", () => sheet.showModal());
off.checked = Boolean(localStorage.getItem(OFF));
off.addEventListener("change", () => {
  if (off.checked) localStorage.setItem(OFF, "1");
  else localStorage.removeItem(OFF);
});
