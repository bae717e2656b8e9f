// The panes: which row is open, where the timeline stands, and lists that grow without
// moving what is under the cursor. Every page works without this file.

const rows = () => document.getElementById("rows");
const timeline = () => document.getElementById("timeline");

/** Mark the row of the ticket that is open; on a telephone show one pane at a time. */
function markOpenRow() {
  const number = document.getElementById("ticket")?.dataset.number ?? "";
  for (const link of document.querySelectorAll("#rows a[data-number]")) {
    if (link.dataset.number === number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const panes = document.querySelector(".panes.on-list, .panes.on-ticket");
  panes?.classList.toggle("on-ticket", number !== "");
  panes?.classList.toggle("on-list", number === "");
  const rail = document.querySelector(".rail");
  if (panes && rail) rail.dataset.at = number ? "ticket" : "list";
}

/** The newest message is what one came for. */
function showNewest() {
  const stream = timeline();
  if (stream) stream.scrollTop = stream.scrollHeight;
}

/** Fold the side panel where it would push the timeline away. */
function foldSide() {
  const side = document.querySelector("[data-folds]");
  if (side && matchMedia("(max-width: 80rem)").matches) side.open = false;
}

/** A form that was just brought in takes the focus. */
function focusAct() {
  document.querySelector("#act :is(input:not([type=hidden]), select, textarea)")?.focus();
}

function ready() {
  markOpenRow();
  foldSide();
  showNewest();
  if (document.querySelector("#act form")) focusAct();
}
ready();

document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  const target = detail.target.id;
  if (target === "ticket") {
    ready();
    if (matchMedia("(max-width: 48rem)").matches) scrollTo(0, 0);
  } else if (target === "act") focusAct();
  else if (target === "timeline") timelineGrew();
});

/** A reply is judged against what stood on the screen when its writer began. */
let wasAtEnd = true;
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const stream = timeline();
  if (stream && detail.target === stream) {
    wasAtEnd = stream.scrollHeight - stream.scrollTop - stream.clientHeight < 48;
  }
});
function timelineGrew() {
  const newest = [...document.querySelectorAll("#timeline [data-id]")].at(-1)?.dataset.id;
  const reply = document.getElementById("reply");
  const seen = document.querySelector("#reply-box [name=last_seen]");
  if (newest && seen && reply && reply.value === "") seen.value = newest;
  if (wasAtEnd) showNewest();
}

/** Something changed: fetch the list quietly; put it in place only where it disturbs nobody. */
let isRefreshing = false;
let isWanted = false;
document.body.addEventListener("live", () => {
  isWanted = true;
  if (!isRefreshing) keepFresh();
});

/** One request at a time; a slow server is asked less often: it rests twice as long as it took. */
async function keepFresh() {
  isRefreshing = true;
  while (isWanted && rows()?.dataset.refresh) {
    isWanted = false;
    const began = performance.now();
    await refreshList().catch(() => {}); // the stream tells when the server is back
    const rest = 2 * (performance.now() - began);
    await new Promise((done) => setTimeout(done, Math.min(rest, 5000)));
  }
  isRefreshing = false;
}

async function refreshList() {
  const place = rows();
  const list = document.getElementById("list");
  const number = document.getElementById("ticket")?.dataset.number ?? "";
  const address = `${place.dataset.refresh}?at=${encodeURIComponent(number)}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": "rows" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  if (rows() !== place) return; // another list was opened meanwhile
  const known = new Set([...place.querySelectorAll("[data-number]")].map((a) => a.dataset.number));
  const added = [...fresh.content.querySelectorAll("[data-number]")].filter(
    (link) => !known.has(link.dataset.number),
  );
  const busy = list.scrollTop > 8 || list.matches(":hover") || list.contains(document.activeElement);
  if (!busy) return putInPlace(fresh);
  updateKnown(place, fresh);
  if (added.length) offerFresh(list, fresh, added.length);
}

/** Rows that stay where they are show their new words. */
function updateKnown(place, fresh) {
  for (const link of fresh.content.querySelectorAll("[data-number]")) {
    const old = place.querySelector(`[data-number="${CSS.escape(link.dataset.number)}"]`);
    if (old && old.innerHTML !== link.innerHTML) {
      old.innerHTML = link.innerHTML;
      old.parentElement.className = link.parentElement.className;
    }
  }
}

function putInPlace(fresh) {
  rows().replaceChildren(fresh.content.cloneNode(true));
  window.htmx?.process(rows());
  markOpenRow();
  document.querySelector("#list .fresh").hidden = true;
  document.dispatchEvent(new CustomEvent("rows-changed"));
}

function offerFresh(list, fresh, count) {
  const pill = list.querySelector(".fresh");
  const button = pill.querySelector("button");
  button.textContent = button.dataset.words.replace("0", String(count));
  button.onclick = () => {
    list.scrollTop = 0;
    putInPlace(fresh);
    rows().querySelector("a")?.focus();
  };
  pill.hidden = false;
}

/** The session has ended: the page asks to sign in and comes back; drafts stay in the browser. */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (new URL(detail.xhr.responseURL, location).pathname.startsWith("/account/")) {
    detail.shouldSwap = false;
    location.reload();
  }
});

/** Something was not sent: say so, and that the text is safe. */
const trouble = document.getElementById("trouble");
for (const kind of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(kind, ({ detail }) => {
    if (detail.requestConfig?.verb === "post") trouble.hidden = false;
  });
}
document.body.addEventListener("htmx:afterSwap", () => {
  trouble.hidden = true;
});
