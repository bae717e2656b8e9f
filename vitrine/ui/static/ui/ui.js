// What every page may use. Nothing here is needed to read or to send a page.

const THEMES = ["auto", "light", "dark"];

/** <theme-switch>: three buttons of which one shows; a click goes to the next. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.show(document.documentElement.dataset.theme ?? "auto");
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const next = THEMES[(THEMES.indexOf(button.value) + 1) % THEMES.length];
      this.keep(next);
      this.show(next).focus();
    });
  }

  keep(theme) {
    const age = theme === "auto" ? 0 : 31536000;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  show(theme) {
    const buttons = [...this.querySelectorAll("button")];
    for (const button of buttons) button.hidden = button.value !== theme;
    return buttons.find((button) => !button.hidden);
  }
}
customElements.define("theme-switch", ThemeSwitch);

/** After a change of language the words that were typed come back; passwords and files do not. */
const keptAt = `kept ${location.pathname}`;
const typed = () =>
  [...document.querySelectorAll("main :is(input, textarea, select)")].filter(
    (field) => field.name && !["password", "file", "hidden", "submit"].includes(field.type),
  );
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keeps-forms] a")) return;
  const values = typed().map((field) => [field.name, field.value, field.checked]);
  sessionStorage.setItem(keptAt, JSON.stringify(values));
});
const kept = JSON.parse(sessionStorage.getItem(keptAt) ?? "[]");
sessionStorage.removeItem(keptAt);
for (const [name, value, checked] of kept) {
  for (const field of typed().filter((candidate) => candidate.name === name)) {
    if (["checkbox", "radio"].includes(field.type)) {
      if (field.value === value) field.checked = checked;
    } else field.value = value;
  }
}

/** An error summary takes the focus, so that it is read first. */
document.querySelector("[data-focus]")?.focus();

/** A menu closes on Escape and on a click elsewhere; focus returns to its button. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details:is(.menu, .confirm)[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/** allauth tells here that the browser or the key refused. */
document.addEventListener("allauth.error", (event) => {
  const notice = document.getElementById("key-refused");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});
