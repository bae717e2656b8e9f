// Microphone and earpiece of one call: open while it rings or is up, closed else.

import { troubleOf } from "./rules.js";
import { choices, closeStream, openMicrophone, sendTo } from "./sound.js";

export class Headset {
  #voice;
  #lost;
  #opening = null;
  stream = null;
  /** Why there is no microphone or no sound, as the name of a sentence; "": all is well. */
  trouble = "";

  /** voice: the audio element; lost(): the microphone was unplugged. */
  constructor(voice, lost) {
    this.#voice = voice;
    this.#lost = lost;
  }

  /** Whether there is a microphone now; two who ask at once get the same one. */
  async open() {
    if (this.stream) return true;
    const opening = (this.#opening ??= this.#fetch());
    const stream = await opening;
    if (this.#opening === opening) {
      this.#opening = null;
      this.stream = stream;
    } else if (this.stream !== stream) closeStream(stream); // closed meanwhile
    return Boolean(stream) && this.stream === stream;
  }

  /** The microphone that is chosen now, for a call that is up; null when there is none. */
  async change() {
    const old = this.stream;
    this.stream = null;
    const isOpen = await this.open();
    closeStream(old);
    return isOpen ? this.stream.getAudioTracks()[0] : null;
  }

  async #fetch() {
    try {
      const stream = await openMicrophone();
      stream.getAudioTracks()[0].addEventListener("ended", this.#lost);
      this.trouble = "";
      return stream;
    } catch (error) {
      this.trouble = troubleOf(error);
      return null;
    }
  }

  /** Let what the other side says be heard; `sound-blocked` when the browser wants a click first. */
  async play(stream) {
    this.#voice.srcObject = stream;
    await this.useChosenEarpiece();
    await this.#voice.play().catch(() => {
      this.trouble = "sound-blocked";
    });
  }

  async useChosenEarpiece() {
    await sendTo(this.#voice, choices().headset);
  }

  /** The page was touched and the voice sounds. */
  async unblock() {
    await this.#voice.play();
    this.trouble = "";
  }

  set isSilent(wanted) {
    this.#voice.muted = wanted;
  }

  close() {
    this.#opening = null;
    closeStream(this.stream);
    this.stream = null;
    this.#voice.srcObject = null;
    this.#voice.muted = false;
  }
}
