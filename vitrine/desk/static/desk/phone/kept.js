// The call of this browser, kept outside the page: the next page takes it over.

import { leftBehind } from "./rules.js";

const KEEPS = 2000;

export class Kept {
  #place;
  #timer = 0;

  constructor(account) {
    this.#place = `phone call ${account}`;
  }

  /** What an earlier page left behind, or null. */
  get left() {
    return leftBehind(localStorage.getItem(this.#place), Date.now());
  }

  /** Write it down now and again and again, so that its age tells whether it may still be up. */
  keep(call) {
    clearTimeout(this.#timer);
    localStorage.setItem(this.#place, JSON.stringify({ ...call, at: Date.now() }));
    this.#timer = setTimeout(() => this.keep(call), KEEPS);
  }

  /** Somebody else looks after it now. */
  rest() {
    clearTimeout(this.#timer);
  }

  forget() {
    this.rest();
    localStorage.removeItem(this.#place);
  }
}
