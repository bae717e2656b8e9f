// <live-stream data-token-url="/desk/live/token/">: keeps one event stream open and turns
// what arrives into `live` events on the body, so that parts of the page refresh themselves
// (hx-trigger="live from:body"). A detail `{changes: ["tickets.ticket 418"]}` goes along.
// The picture of the telephone changes every second on a busy day and concerns few parts: it has
// an event of its own (hx-trigger="phone from:body") and does not count as `live`; its detail names
// the agents whose state has changed, or says null for all.
// The token is short-lived; each connection asks for a new one, which fails when signed out.

const SLOWEST = 30_000;
const SOON = 50;
/** Milliseconds between two `live` events: the first comes at once, the last is never left out. */
const CALM = 600;
/** What the stream calls the picture of the telephone. */
const PHONE = "telephony.floor";
const PHONE_CALM = 300;

class LiveStream extends HTMLElement {
  #source = null;
  #timer = 0;
  #delay = 1000;
  #changes = new Set();
  #flush = 0;
  #told = -CALM;
  #phoneFlush = 0;
  #phoneTold = -PHONE_CALM;
  #agents = new Set();

  connectedCallback() {
    this.#connect();
    addEventListener("pagehide", () => this.#close());
    addEventListener("online", () => this.#again(0));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.#source) this.#again(0);
    });
  }

  disconnectedCallback() {
    this.#close();
  }

  async #connect() {
    this.#close();
    try {
      const answer = await fetch(this.dataset.tokenUrl, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 403 || answer.status === 404) {
        this.#say("signed-out");
        return;
      }
      const { port, path } = await answer.json();
      const origin = port ? `${location.protocol}//${location.hostname}:${port}` : location.origin;
      this.#open(new EventSource(origin + path));
    } catch {
      this.#again(this.#slower());
    }
  }

  #open(source) {
    this.#source = source;
    source.addEventListener("open", () => {
      this.#delay = 1000;
      this.#say("connected");
      this.#announce("everything");
    });
    source.addEventListener("change", (event) => this.#announce(event.data));
    source.addEventListener("error", () => {
      this.#say("interrupted");
      this.#again(this.#slower());
    });
  }

  #announce(change) {
    const isPicture = change.startsWith(PHONE);
    if (isPicture || change === "everything") this.#announcePhone(change);
    if (isPicture) return;
    this.#changes.add(change);
    const wait = Math.max(SOON, this.#told + CALM - performance.now());
    this.#flush ||= setTimeout(() => {
      this.#told = performance.now();
      const changes = [...this.#changes];
      this.#changes.clear();
      this.#flush = 0;
      document.body.dispatchEvent(new CustomEvent("live", { detail: { changes } }));
    }, wait);
  }

  #announcePhone(change) {
    const [, ...names] = change === "everything" ? ["", "*"] : change.split(" ");
    for (const name of names) this.#agents.add(name);
    const wait = Math.max(0, this.#phoneTold + PHONE_CALM - performance.now());
    this.#phoneFlush ||= setTimeout(() => {
      this.#phoneTold = performance.now();
      this.#phoneFlush = 0;
      const agents = this.#agents.has("*") ? null : [...this.#agents];
      this.#agents.clear();
      document.body.dispatchEvent(new CustomEvent("phone", { detail: { agents } }));
    }, wait);
  }

  #slower() {
    this.#delay = Math.min(this.#delay * 2, SLOWEST);
    return this.#delay * (0.5 + Math.random() / 2);
  }

  #again(delay) {
    this.#close();
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #say(state) {
    this.dataset.state = state;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

customElements.define("live-stream", LiveStream);
