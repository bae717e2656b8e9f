// Nothing typed is lost: every text with `data-draft` is kept in this browser after each
// key, per account, ticket and mode, and comes back until it has been sent.

const account = document.querySelector("[data-account]")?.dataset.account ?? "0";
const place = (field) => `draft ${account} ${field.dataset.draft}`;
const keptWords = document.documentElement.lang;

function say(field, at) {
  const word = field.closest("form")?.querySelector("[data-kept]");
  if (!word) return;
  const time = new Date(at).toLocaleTimeString(keptWords, { hour: "2-digit", minute: "2-digit" });
  word.textContent = word.dataset.words?.replace("0", time) ?? time;
}

function keep(field) {
  const value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value;
  if (value === field.defaultValue || value === "") localStorage.removeItem(place(field));
  else {
    localStorage.setItem(place(field), JSON.stringify({ value, at: Date.now() }));
    say(field, Date.now());
  }
}

function restore(root) {
  for (const field of root.querySelectorAll("[data-draft]")) {
    const kept = JSON.parse(localStorage.getItem(place(field)) ?? "null");
    if (!kept || field.dataset.fresh !== undefined || field.value === kept.value) continue;
    if (field.type === "checkbox") field.checked = kept.value === "1";
    else field.value = kept.value;
    say(field, kept.at);
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function forget(form) {
  for (const field of form.querySelectorAll("[data-draft]")) localStorage.removeItem(place(field));
}

document.addEventListener("input", ({ target }) => target.dataset?.draft && keep(target));
document.addEventListener("change", ({ target }) => target.dataset?.draft && keep(target));

// A session that has ended answers with the page for signing in: nothing was sent then.
const isDesk = (address) => new URL(address, location).pathname.startsWith("/desk/");

// Sent by htmx: the answer says at once whether it was accepted.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt?.closest?.("form");
  const isAccepted = detail.xhr.status < 300 && isDesk(detail.xhr.responseURL);
  if (form && detail.requestConfig.verb === "post" && isAccepted) forget(form);
});
document.body.addEventListener("htmx:afterSwap", () => restore(document));

// Sent as a page: accepted when it led to a ticket.
const SENT = `sent ${account}`;
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || target.closest("[hx-boost=true]")) return;
  const places = [...target.querySelectorAll("[data-draft]")].map(place);
  if (places.length) sessionStorage.setItem(SENT, JSON.stringify(places));
});
const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
sessionStorage.removeItem(SENT);
if (location.pathname.startsWith("/desk/tickets/")) {
  for (const one of sent) localStorage.removeItem(one);
}
restore(document);
