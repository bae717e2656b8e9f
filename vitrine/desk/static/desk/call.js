// The caller box as a combobox (WAI-ARIA pattern), the clock, and the keys of the outcomes.

const box = document.getElementById("id_q");
const list = document.getElementById("found");
const chosen = document.querySelector("[data-caller]");
const newcomer = document.getElementById("newcomer");
const clock = document.getElementById("call-clock");
const kind = document.getElementById("id_question_type");

box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-expanded", "false");
box.setAttribute("aria-controls", "found");
if (newcomer.dataset.hides !== undefined && !chosen.value) newcomer.hidden = true;

let asked = 0;
let timer = 0;
let active = -1;
const options = () => [...list.querySelectorAll("[role=option]")];

function show(isOpen) {
  list.hidden = !isOpen;
  box.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) activate(-1);
}

function activate(index) {
  active = index;
  options().forEach((one, at) => one.setAttribute("aria-selected", String(at === index)));
  const one = options()[index];
  if (one) {
    box.setAttribute("aria-activedescendant", one.id);
    one.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

async function search() {
  const words = box.value.trim();
  if (words.length < 2) return show(false);
  const turn = ++asked;
  const answer = await fetch(`${box.dataset.search}?q=${encodeURIComponent(words)}`);
  if (!answer.ok || turn !== asked) return;
  list.innerHTML = await answer.text();
  show(true);
  activate(0);
}

box.addEventListener("input", () => {
  chosen.value = "";
  clearTimeout(timer);
  timer = setTimeout(search, 120);
});
box.addEventListener("keydown", (event) => {
  if (list.hidden) {
    if (event.key === "ArrowDown") search();
    if (event.key === "Enter") event.preventDefault();
    return;
  }
  const last = options().length - 1;
  if (event.key === "ArrowDown") activate(active >= last ? 0 : active + 1);
  else if (event.key === "ArrowUp") activate(active <= 0 ? last : active - 1);
  else if (event.key === "Enter") pick(options()[active]);
  else if (event.key === "Escape") show(false);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
box.addEventListener("blur", () => setTimeout(() => show(false), 150));
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  pick(event.target.closest("[role=option]"));
});

function pick(option) {
  if (!option) return;
  const { value, name } = option.dataset;
  show(false);
  chosen.value = value;
  const isPerson = value.startsWith("p");
  newcomer.hidden = isPerson;
  if (value === "new") {
    const field = document.getElementById(/^[+\d\s./-]+$/.test(name) ? "id_new_phone" : "id_new_name");
    field.value ||= name;
    document.getElementById("id_new_name").focus();
    return;
  }
  box.value = name;
  showCard();
  document.getElementById(isPerson ? "id_text" : "id_new_name").focus();
}

function showCard() {
  if (!/^[po]\d+$/.test(chosen.value)) return;
  const query = new URLSearchParams({ caller: chosen.value, question_type: kind.value });
  window.htmx.ajax("GET", `${box.dataset.card}?${query}`, { target: "#card", swap: "outerHTML" });
}
kind.addEventListener("change", showCard);
document.body.addEventListener("htmx:afterSwap", () => {
  const language = document.getElementById("card")?.dataset.language;
  const field = document.getElementById("id_language");
  if (language && !field.dataset.touched) field.value = language;
});
document.getElementById("id_language").addEventListener("change", (event) => {
  event.target.dataset.touched = "yes";
});

// An outcome opens with the focus in its first field; arrow keys only choose.
for (const label of document.querySelectorAll("[data-outcome]")) {
  label.addEventListener("click", () => {
    const panel = document.querySelector(`.inside[data-for="${label.dataset.outcome}"]`);
    requestAnimationFrame(() =>
      panel.querySelector("textarea, input:not([type=checkbox]), select")?.focus(),
    );
  });
}

const began = Date.parse(clock.dataset.began) || Date.now();
function tick() {
  const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
tick();
setInterval(tick, 1000);
