// Handing a caller over: to whom, ask first or at once, and what becomes of it. The server tells the
// telephone; whether it could be done, and how the colleague reacts, is asked for until it is known.

import { standingOf } from "./rules.js";

const ASKS = 16;
const EVERY = 250;
const FOLLOWS = 500;
const CHOOSING = "choosing";
/** With these one waits for somebody, or talks with him. */
const OPEN = ["sent", "ringing", "there", "joined"];

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class HandingOver {
  #form;
  #phone;
  #standing = CHOOSING;
  /** Counts what is followed: whoever sees another number than his own stops. */
  #turn = 0;
  #isLeaving = false;
  #whom = "";

  /** form: the popover; phone: the element, with addresses, token and words. */
  constructor(form, phone) {
    this.#form = form;
    this.#phone = phone;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(event.submitter.value);
    });
  }

  /** Whether the caller was given to somebody else, so that the end of one's call is no surprise. */
  get isHandedOver() {
    return this.#isLeaving;
  }

  /** Whether the caller hears music because one has pressed the button for it. */
  get #isOnHold() {
    return this.#phone.querySelector("[data-act=hold]").getAttribute("aria-pressed") === "true";
  }

  /** Open with those who are at the telephone now, or with how it stands with who was asked. */
  async open() {
    this.#say("");
    this.#form.showPopover();
    if (OPEN.includes(this.#standing)) return this.#focus();
    const told = await this.#look(0).catch(() => null);
    if (told?.asked) return this.#follow(0, "sent"); // an earlier page has asked
    this.#whom = "";
    this.#stand(told?.is_held && !this.#isOnHold ? "held" : CHOOSING);
    const answer = await fetch(this.#phone.dataset.handing, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) this.#form.elements.whom.innerHTML = await answer.text();
    this.#focus();
  }

  /** The call is over. */
  end() {
    this.#turn += 1;
    this.#stand(CHOOSING);
    this.#isLeaving = false;
    this.#form.reset();
    this.#form.hidePopover();
  }

  async #do(kind) {
    this.#say("");
    const body = new FormData(this.#form);
    body.set("kind", kind);
    const asks = kind === "consult" || (kind === "transfer" && Boolean(body.get("number")));
    const leaves = kind === "transfer" || kind === "complete-transfer";
    this.#isLeaving = leaves;
    const { id, reason } = await this.#tell(body).catch(() => ({ reason: "no-answer" }));
    if (reason) {
      this.#isLeaving = false;
      return this.#say(reason);
    }
    if (asks) return this.#follow(id, "sent");
    if (kind === "conference") return;
    this.#turn += 1;
    this.#form.hidePopover();
    this.#stand(CHOOSING);
  }

  /** The number of the order, and a blank reason when it was done. */
  async #tell(body) {
    const headers = { "X-CSRFToken": this.#phone.dataset.token, Accept: "application/json" };
    const answer = await fetch(this.#phone.dataset.handing, { method: "POST", headers, body });
    const { id, reason } = await answer.json();
    if (!answer.ok) return { reason };
    for (let ask = 0; ask < ASKS; ask += 1) {
      const told = await this.#look(id);
      if (told.result === "done") return { id, reason: "" };
      if (told.result) return { reason: told.reason || "no-answer" };
      await rest(EVERY);
    }
    return { reason: "no-answer" };
  }

  /** What became of an order, and how it stands; number 0 asks only how it stands. */
  async #look(id) {
    const place = this.#phone.dataset.told.replace("/0/", `/${id}/`);
    const answer = await fetch(place, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error("unreachable");
    return answer.json();
  }

  /** Say how it stands until nobody is asked any more. */
  async #follow(id, standing) {
    const turn = ++this.#turn;
    const began = performance.now();
    this.#stand(standing);
    while (turn === this.#turn && OPEN.includes(this.#standing)) {
      const told = await this.#look(id).catch(() => null); // out of reach for a moment
      if (turn !== this.#turn) return;
      if (told) {
        this.#stand(standingOf(this.#standing, told, performance.now() - began), told.whom);
      }
      await rest(FOLLOWS);
    }
    if (turn === this.#turn) this.#isLeaving = false;
  }

  #stand(standing, whom) {
    const isNew = this.#standing !== standing;
    this.#standing = standing;
    this.#form.dataset.standing = standing;
    for (const part of this.#form.querySelectorAll("[data-at]")) {
      part.hidden = !part.dataset.at.split(" ").includes(standing);
    }
    this.#whom = standing === CHOOSING ? "" : whom || this.#whom;
    this.#write("whom", this.#whom);
    const name = standing === "held" && !this.#whom ? "asked-music" : `asked-${standing}`;
    this.#write("standing", this.#word(name)?.textContent ?? "");
    if (isNew && this.#form.matches(":popover-open")) this.#focus();
  }

  /** A button that has vanished leaves the keyboard where one goes on. */
  #focus() {
    if (this.#form.querySelector(":focus:not([hidden])")?.checkVisibility()) return;
    [...this.#form.querySelectorAll("select, button")].find((one) => one.checkVisibility())?.focus();
  }

  /** Only what is new is written, so that assistive technology says it once. */
  #write(part, words) {
    const place = this.#form.querySelector(`[data-part=${part}]`);
    if (place.textContent !== words) place.textContent = words;
  }

  #word(name) {
    return this.#phone.querySelector(`[data-word="${CSS.escape(name)}"]`);
  }

  #say(reason) {
    const word = reason && (this.#word(reason) ?? this.#word("no-answer"));
    this.#write("refusal", word ? word.textContent : "");
  }
}
