"use strict";
// Keeps the open page true: asks status.json, takes over what changed, never reloads.
// Texts are mutated in their nodes, so that a screen reader hears a change and keeps its place.
(() => {
  const body = document.body;
  const told = body.dataset;
  const one = (selector, within = document) => within.querySelector(selector);
  const old = one(".old");
  if (location.pathname.includes("/v/")) { old.hidden = false; return; }

  const hosts = [new URL(told.root, location.href).href, ...told.others.split(" ").filter(Boolean)];
  const button = one("button");
  const confirmation = one(".confirmation");
  const alarm = one("[role=alert]");
  const region = one("[role=status]");
  // Tests shorten all intervals alike; 1 is real time.
  const pace = () => Number(window.statusPace || 1);
  const SECOND = 1000;
  let host = 0, failures = 0, answers = 0, timer = 0, beat = null, beatAsked = -Infinity, asked = 0;
  let skew = 0, busy = false;
  let paused = false;
  try { paused = localStorage.getItem("status-paused") === "1"; } catch { /* refused: not kept */ }

  const now = () => Date.now() + skew;
  const rank = (version, edition) => Number(version) * 1e6 + Number(edition || 0);
  const ask = (address) => fetch(address, {
    cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(4 * SECOND),
  }).then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer; });

  const written = (form, at) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/Brussels", hour: "2-digit", minute: "2-digit", day: "numeric",
      month: "numeric", year: "numeric", weekday: "short",
    }).formatToParts(at).map((part) => [part.type, part.value]));
    const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday);
    return form.replace(/\{(\w+)\}/g, (_, name) => ({
      h: told.hours === "2" ? parts.hour : String(Number(parts.hour)), m: parts.minute,
      day: told.days.split(" ")[weekday], number: parts.day,
      month: told.months.split(" ")[parts.month - 1], year: parts.year,
    })[name]);
  };
  const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  const judge = () => {
    const at = beat || Date.parse(told.published);
    const isLate = now() - at > 5 * 60 * SECOND * pace();
    if (beat || isLate) {
      const form = isLate ? told.unconfirmed : told.confirmed;
      say(confirmation, form.replace("{moment}", written(told.moment, at)).replace("{time}", written(told.time, at)));
    }
    confirmation.classList.toggle("late", isLate);
    const end = one("[data-expected]");
    if (end && told.overrun && now() > Date.parse(end.dataset.expected)) {
      say(end, told.overrun);
      end.className = "over";
    }
  };

  const takeOver = (fresh) => {
    const wasInterrupted = told.position === "interrupted";
    const isInterrupted = fresh.body.dataset.position === "interrupted";
    const isAlarm = isInterrupted && !wasInterrupted;
    const focus = document.activeElement && document.activeElement.getAttribute("href");
    document.title = fresh.title;
    for (const part of document.querySelectorAll("[data-part]")) {
      const next = one(`[data-part="${part.dataset.part}"]`, fresh);
      if (!next) continue;
      part.hidden = next.hidden;
      part.className = next.className;
      if (part.hasAttribute("data-skin") || part.innerHTML === next.innerHTML) continue;
      part.replaceChildren(...next.childNodes);
    }
    if (focus && document.activeElement === body) {
      const again = [...document.links].find((link) => link.getAttribute("href") === focus);
      if (again) again.focus({ preventScroll: true });
    }
    // An alarm is said at once by its own region; the other one then keeps silent.
    region.setAttribute("aria-live", isAlarm ? "off" : "polite");
    for (const text of region.children) {
      const next = one(`[role=status] .${text.classList[0]}`, fresh);
      if (next.lang) text.lang = next.lang; else text.removeAttribute("lang");
      say(text, next.textContent);
    }
    if (isAlarm) {
      say(alarm, region.textContent.trim());
      setTimeout(() => say(alarm, ""), 20 * SECOND);
    }
    for (const name of ["version", "edition", "position", "published", "overrun"]) {
      told[name] = fresh.body.dataset[name] || "";
    }
    judge();
  };

  const look = async () => {
    const answer = await ask(`${hosts[host]}status.json`);
    const date = Date.parse(answer.headers.get("Date") || "");
    if (date && Math.abs(date - Date.now()) > 30 * SECOND) skew = date - Date.now();
    const state = await answer.json();
    if (rank(state.version, state.edition) > rank(told.version, told.edition)) {
      const page = await ask(`${hosts[host]}${told.page}`);
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const name = fresh.body.dataset;
      if (rank(name.version, name.edition) > rank(told.version, told.edition)) takeOver(fresh);
    }
    if (Date.now() - beatAsked >= 60 * SECOND * pace()) {
      beatAsked = Date.now();
      const heart = await ask(`${hosts[host]}heartbeat.json`).then((each) => each.json()).catch(() => null);
      if (heart) beat = Math.max(beat || 0, Date.parse(heart.at));
    }
  };

  const turn = async () => {
    clearTimeout(timer);
    if (paused || busy) return;
    busy = true;
    asked = Date.now();
    let wait = document.hidden ? 60 : 15;
    try {
      await look();
      failures = 0;
      answers += 1;
      // Home again: the first host is asked from time to time while another one answers.
      if (host && answers % 20 === 0) { host = 0; failures = 1; }
    } catch {
      failures += 1;
      wait = failures === 1 ? 5 : Math.min(wait * 2 ** (failures - 2), 120);
      if (failures >= 2 && hosts.length > 1) {
        host = (host + 1) % hosts.length;
        wait = failures > 2 * hosts.length ? wait : 0.1;
      }
    }
    busy = false;
    judge();
    plan(wait);
  };
  const plan = (seconds) => {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(turn, seconds * SECOND * pace() * (0.8 + 0.4 * Math.random()));
  };

  const show = () => {
    say(button, paused ? told.resume : told.pause);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    try { localStorage.setItem("status-paused", paused ? "1" : "0"); } catch { /* not kept */ }
    show();
    if (paused) clearTimeout(timer); else turn();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > 5 * SECOND * pace()) turn(); else plan(document.hidden ? 60 : 15);
  });
  const watch = () => { judge(); setTimeout(watch, 15 * SECOND * pace()); };
  setTimeout(watch, 15 * SECOND * pace());
  show();
  if (!paused) turn();
})();
