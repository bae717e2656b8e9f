// One telephone per browser: of all pages of an account one holds the line, the others show it
// and command it from afar. When that page goes, the next one takes its turn.

export class Turns extends EventTarget {
  #name;
  #channel;
  #release = null;
  #waiting = null;

  constructor(account) {
    super();
    this.#name = `vitrine phone ${account}`;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener("message", ({ data }) => this.#heard(data));
  }

  get isMine() {
    return Boolean(this.#release);
  }

  /** Wait for the turn; `turn` is told when it is there. */
  wait() {
    if (this.#waiting || this.#release) return;
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    navigator.locks
      .request(this.#name, { signal }, () => {
        this.#waiting = null;
        this.#say("turn");
        return new Promise((release) => {
          this.#release = release;
        });
      })
      .catch(() => {}); // gave up waiting
    this.ask();
  }

  /** Ask the page that holds the line what it does. */
  ask() {
    this.#channel.postMessage({ kind: "ask" });
  }

  /** Give the turn away, or wait for it no longer. */
  leave() {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
  }

  /** The page with the line shall give it away to this one. */
  claim() {
    this.#channel.postMessage({ kind: "yield" });
  }

  /** Tell the other pages what the line does. */
  show(state) {
    this.#channel.postMessage({ kind: "state", state });
  }

  /** Let the page with the line do something. */
  command(act, value) {
    this.#channel.postMessage({ kind: "command", act, value });
  }

  #heard(message) {
    if (message.kind === "state") return this.#say("state", message.state);
    if (message.kind === "off") return this.#say("off");
    if (!this.isMine) return;
    this.#say(message.kind, message); // ask, yield, command
  }

  /** Switched off for all pages. */
  switchOff() {
    this.#channel.postMessage({ kind: "off" });
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
