// <soft-phone>: the telephone of the desk in the page. It shows what the line does, wherever the
// line is (this page or another of the same browser), and lets one act on it by button and key.
// Words come with the element; the server gives a credential for some hours.
//
// Events that bubble, with the call as detail: `phone-ringing`, `phone-answered`, `phone-over`.

import { Devices } from "./devices.js";
import { HandingOver } from "./handing.js";
import { Line } from "./line.js";
import { actOf, clock, phaseOf, sentenceOf, troubleOf } from "./rules.js";
import { Ringer, closeStream, openMicrophone } from "./sound.js";
import { Turns } from "./turns.js";

const NOTHING = { isRegistered: false, trouble: "", call: null };

class SoftPhone extends HTMLElement {
  #line = null;
  #turns = null;
  #ringer = new Ringer();
  #devices = null;
  #handing = null;
  #seen = NOTHING;
  #isElsewhereOn = false;
  #shown = { phase: "", call: null };
  #title = document.title;
  #notice = null;

  connectedCallback() {
    this.hidden = false;
    this.#turns = new Turns(this.dataset.account);
    this.#line = new Line({
      account: this.dataset.account,
      library: this.dataset.library,
      voice: this.querySelector("audio"),
      credential: (wish) => this.#credential(wish),
    });
    this.#devices = new Devices(this.querySelector("dialog"), {
      ringer: this.#ringer,
      changed: () => this.#line.useChosenDevices(),
      refused: (error) => this.#show({ ...this.#seen, trouble: troubleOf(error) }),
    });
    this.#handing = new HandingOver(this.querySelector("form.hand-over"), this);
    this.#line.addEventListener("change", () => this.#lineChanged());
    this.#line.addEventListener("over", ({ detail }) => this.#over(detail));
    this.#listenToTurns();
    this.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("keydown", (event) => this.#pressed(event));
    setInterval(() => this.#tick(), 1000);
    this.#show(NOTHING);
    this.#turns.ask();
    if (this.isOn) this.#turns.wait();
  }

  /** Whether the telephone is wanted in this browser. */
  get isOn() {
    return localStorage.getItem(this.#place) === "on";
  }

  get #place() {
    return `phone on ${this.dataset.account}`;
  }

  // --- whose turn it is ---------------------------------------------------------------

  #listenToTurns() {
    const on = (name, act) => this.#turns.addEventListener(name, ({ detail }) => act(detail));
    on("turn", () => this.#line.open());
    on("ask", () => this.#showOthers());
    on("state", ({ credential, ...state }) => {
      if (this.#turns.isMine) return;
      if (credential) sessionStorage.setItem(this.#place, credential); // for when it is our turn
      this.#isElsewhereOn = state.isRegistered || Boolean(state.trouble || state.call);
      this.#show(state);
    });
    on("off", () => this.#leave({ isTold: true }));
    on("command", ({ act, value }) => this.#do(act, value));
    on("yield", async () => {
      await this.#line.close({ keeps: true });
      this.#turns.leave();
      this.#turns.wait();
    });
    addEventListener("pagehide", () => this.#turns.isMine && this.#line.close({ keeps: true }));
    // A page that comes back from the browser's cache had closed its line.
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  }

  #lineChanged() {
    this.#show(this.#line.state);
    this.#showOthers();
  }

  #showOthers() {
    const credential = sessionStorage.getItem(this.#place);
    this.#turns.show({ ...this.#line.state, credential });
  }

  #over(end) {
    this.#say(end === "they-ended" && this.#handing.isHandedOver ? "handed-over" : end);
  }

  // --- what one does --------------------------------------------------------------------

  #clicked(event) {
    const button = event.target.closest("[data-act], [data-key]");
    if (!button) return;
    if (button.dataset.key) return this.#act("press", button.dataset.key);
    this.#act(button.dataset.act);
  }

  #pressed(event) {
    const act = actOf(event, this.#shown.phase);
    if (act) {
      event.preventDefault();
      return this.#act(act);
    }
    const keypad = this.querySelector("[data-keypad]");
    if (keypad.contains(event.target) && /^[0-9*#]$/.test(event.key)) this.#act("press", event.key);
  }

  /** Here when the line is here; else the page that has it does it. */
  #act(act, value) {
    if (act === "on") return this.#switchOn();
    if (act === "off") return this.#switchOff();
    if (act === "here") return this.#turns.claim();
    if (act === "devices") return this.#devices.open();
    if (act === "transfer") return this.#handing.open();
    if (this.#turns.isMine) this.#do(act, value);
    else this.#turns.command(act, value);
  }

  #do(act, value) {
    const line = this.#line;
    const call = line.state.call;
    if (act === "answer") line.answer();
    else if (act === "decline" || act === "hang-up") line.hangUp();
    else if (act === "mute") line.mute(!call?.isMuted);
    else if (act === "hold") line.hold(!call?.isHeld);
    else if (act === "press") line.press(value);
    else if (act === "sound") line.unblock();
  }

  /** The first time the browser asks for the microphone, and one sees at once whether it is there. */
  async #switchOn() {
    if (!isSecureContext) return this.#show({ ...NOTHING, trouble: "insecure" });
    if (!navigator.mediaDevices || !window.RTCPeerConnection || !navigator.locks) {
      return this.#show({ ...NOTHING, trouble: "unsupported" });
    }
    try {
      closeStream(await openMicrophone());
    } catch (error) {
      return this.#show({ ...NOTHING, trouble: troubleOf(error) });
    }
    localStorage.setItem(this.#place, "on");
    this.#show(NOTHING);
    this.#turns.wait();
    this.#ringer.isAllowed();
  }

  #switchOff() {
    this.#turns.switchOff();
    this.#leave({ isTold: false });
  }

  async #leave() {
    localStorage.removeItem(this.#place);
    sessionStorage.removeItem(this.#place);
    await this.#line.close();
    this.#turns.leave();
    this.#isElsewhereOn = false;
    this.#show(NOTHING);
  }

  // --- the server -------------------------------------------------------------------------

  /** What one registers with; kept in this tab until it has run out. Throws the trouble's name. */
  async #credential({ afresh = false } = {}) {
    const kept = JSON.parse(sessionStorage.getItem(this.#place) ?? "null");
    if (kept && !afresh && kept.expires * 1000 > Date.now() + 60_000) return kept;
    let answer;
    try {
      answer = await fetch(this.dataset.credential, {
        method: "POST",
        headers: { "X-CSRFToken": this.dataset.token, Accept: "application/json" },
      });
    } catch {
      throw new Error("unreachable");
    }
    if (answer.redirected) throw new Error("signed-out");
    if (answer.status >= 500) throw new Error("unreachable");
    const credential = await answer.json().catch(() => ({ reason: "signed-out" }));
    if (!answer.ok) throw new Error(credential.reason);
    sessionStorage.setItem(this.#place, JSON.stringify(credential));
    return credential;
  }

  // --- what one sees and hears --------------------------------------------------------------

  #show(state) {
    this.#seen = state;
    const all = { ...state, isOn: this.isOn, isElsewhereOn: this.#isElsewhereOn };
    const phase = phaseOf(all);
    const { call } = state;
    const isAway = this.isOn && !this.#turns.isMine && this.#isElsewhereOn;
    this.dataset.phase = phase;
    this.toggleAttribute("data-away", isAway);
    this.#part("where").hidden = !isAway;
    for (const element of this.querySelectorAll("[data-in]")) {
      element.hidden = !element.dataset.in.split(" ").includes(phase);
    }
    this.#part("here").hidden = !isAway;
    this.#part("sound").hidden = state.trouble !== "sound-blocked";
    this.#press("mute", call?.isMuted);
    this.#press("hold", call?.isHeld);
    this.#part("who").textContent = call ? call.name || call.number || this.#word("withheld") : "";
    this.#tell(sentenceOf(all), phase);
    this.#tick();
    this.#announce(phase, call);
  }

  #press(act, isPressed) {
    this.querySelector(`[data-act=${act}]`).setAttribute("aria-pressed", String(Boolean(isPressed)));
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }

  #word(name) {
    return this.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  }

  /** Only what is new is written, so that assistive technology says it once. */
  #tell(name, phase) {
    const place = this.#part("state");
    const words = this.#word(name);
    if (place.textContent !== words) place.textContent = words;
    this.dataset.says = name;
    if (phase !== "ready") this.#say("");
  }

  #say(end) {
    this.#part("end").textContent = end ? this.#word(end) : "";
  }

  /** What changes with the phase, once: bell, title of the page, notice, events. */
  #announce(phase, call) {
    const before = this.#shown;
    this.#shown = { phase, call: call ?? before.call };
    if (phase === before.phase) return;
    const who = this.#part("who").textContent;
    const rings = phase === "ringing";
    if (rings && this.#turns.isMine) this.#ringer.start();
    else this.#ringer.stop();
    document.title = rings ? `☎ ${who} · ${this.#title}` : this.#title;
    this.#part("alert").textContent = rings ? `${this.#word("ringing")} ${who}. F2: ${this.#word("answer")}` : "";
    this.#notify(rings && this.#turns.isMine ? who : "");
    if (rings) this.#dispatch("phone-ringing", call);
    if (phase === "talking" && before.phase !== "regaining") this.#dispatch("phone-answered", call);
    if (!call && before.call && ["ringing", "talking", "regaining"].includes(before.phase)) {
      this.#dispatch("phone-over", before.call);
      this.querySelector("[data-keypad]").hidePopover?.();
      this.#handing.end();
    }
  }

  #dispatch(name, call) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: call }));
  }

  /** When one looks at something else, the system tells who calls; a click brings the page back. */
  #notify(who) {
    this.#notice?.close();
    this.#notice = null;
    if (!who || !document.hidden || window.Notification?.permission !== "granted") return;
    this.#notice = new Notification(`☎ ${who}`, { body: this.#word("ringing"), tag: "vitrine-phone" });
    this.#notice.addEventListener("click", () => window.focus());
  }

  #tick() {
    const since = this.#seen.call?.since;
    this.#part("clock").textContent = since ? clock((Date.now() - since) / 1000) : "";
  }
}

customElements.define("soft-phone", SoftPhone);
