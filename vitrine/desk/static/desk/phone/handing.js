// Handing a caller over: to whom, ask first or at once, and what becomes of it. The server tells the
// telephone; whether it could be done is asked for until it is said.

const ASKS = 12;
const EVERY = 250;

export class HandingOver {
  #form;
  #phone;
  #isAsking = false;

  /** form: the popover; phone: the element, with addresses, token and words. */
  constructor(form, phone) {
    this.#form = form;
    this.#phone = phone;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(event.submitter.value);
    });
  }

  /** Open with those who are at the telephone now. */
  async open() {
    this.#say("");
    this.#form.showPopover();
    if (this.#isAsking) return;
    const answer = await fetch(this.#phone.dataset.handing, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) this.#form.elements.whom.innerHTML = await answer.text();
    this.#form.elements.whom.focus();
  }

  /** The call is over. */
  end() {
    this.#ask(false);
    this.#form.reset();
    this.#form.hidePopover();
  }

  async #do(kind) {
    this.#say("");
    const body = new FormData(this.#form);
    body.set("kind", kind);
    const reason = await this.#tell(body).catch(() => "no-answer");
    if (reason) return this.#say(reason);
    this.#ask(kind === "consult");
    if (kind !== "consult") this.#form.hidePopover();
  }

  /** Blank when it was done, else why not. */
  async #tell(body) {
    const headers = { "X-CSRFToken": this.#phone.dataset.token, Accept: "application/json" };
    const answer = await fetch(this.#phone.dataset.handing, { method: "POST", headers, body });
    const { id, reason } = await answer.json();
    if (!answer.ok) return reason;
    const place = this.#phone.dataset.told.replace("/0/", `/${id}/`);
    for (let ask = 0; ask < ASKS; ask += 1) {
      await new Promise((done) => setTimeout(done, EVERY));
      const told = await (await fetch(place, { headers })).json();
      if (told.result === "done") return "";
      if (told.result) return told.reason || "no-answer";
    }
    return "no-answer";
  }

  #ask(isAsking) {
    this.#isAsking = isAsking;
    for (const part of this.#form.querySelectorAll("[data-choosing]")) part.hidden = isAsking;
    for (const part of this.#form.querySelectorAll("[data-asking]")) part.hidden = !isAsking;
  }

  #say(reason) {
    const word = reason && (this.#phone.querySelector(`[data-word="${CSS.escape(reason)}"]`) ??
      this.#phone.querySelector("[data-word=no-answer]"));
    this.#form.querySelector("[data-part=refusal]").textContent = word ? word.textContent : "";
  }
}
