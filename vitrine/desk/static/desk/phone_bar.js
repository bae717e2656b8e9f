// The bar of the telephone follows the picture when it concerns this agent: `phone` becomes
// `phone-mine`. While a call is there, `c` and the button of a new call open this call.

const bar = () => document.getElementById("phone-bar");
const fresh = 1500;
const loadedAt = performance.now();

document.body.addEventListener("phone", ({ detail }) => {
  const mine = bar()?.dataset.agent;
  if (!mine) return;
  const isEverything = detail?.agents == null;
  if (isEverything && performance.now() - loadedAt < fresh) return; // drawn a moment ago
  if (isEverything || detail.agents.includes(mine)) {
    document.body.dispatchEvent(new CustomEvent("phone-mine"));
  }
});

/** The button of a new call leads to the call that is there. */
function lead() {
  const button = document.querySelector(".rail .call");
  if (!button) return;
  button.setAttribute("href", bar()?.dataset.call ?? button.dataset.empty);
}

/** A menu in which one has chosen closes; one that is looked at stays open under a refresh. */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "phone-bar" || detail.requestConfig.verb === "get") return;
  for (const menu of detail.target.querySelectorAll("details[open]")) menu.open = false;
});
document.body.addEventListener("htmx:afterSwap", lead);
lead();

/** The list of call-backs follows what concerns it. */
document.body.addEventListener("live", ({ detail }) => {
  if (detail.changes.some((one) => one.startsWith("telephony.callback ") || one === "everything")) {
    document.body.dispatchEvent(new CustomEvent("call-backs-changed"));
  }
});
