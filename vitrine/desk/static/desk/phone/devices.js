// The dialog of microphone, headset and bell: choose, see the level, hear the bell.

import { findDevice } from "./rules.js";
import { Level, choices, choose, closeStream, devicesOf, openMicrophone } from "./sound.js";

const KINDS = { microphone: "audioinput", headset: "audiooutput", ringer: "audiooutput" };

export class Devices {
  #dialog;
  #ringer;
  #changed;
  #refused;
  #stream = null;
  #level = null;

  /** ringer: a Ringer; changed(): a choice was made; refused(error): no microphone. */
  constructor(dialog, { ringer, changed, refused }) {
    this.#dialog = dialog;
    this.#ringer = ringer;
    this.#changed = changed;
    this.#refused = refused;
    dialog.addEventListener("close", () => this.#stop());
    dialog.addEventListener("change", (event) => this.#chosen(event.target));
    dialog.querySelector("[data-tries=ringer]").addEventListener("click", () => ringer.tryOut());
    const ask = dialog.querySelector("[data-asks]");
    ask.hidden = !("Notification" in window) || Notification.permission !== "default";
    ask.addEventListener("click", async () => {
      await Notification.requestPermission();
      ask.hidden = true;
    });
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      if (dialog.open) this.#fill();
      changed();
    });
  }

  async open() {
    this.#dialog.showModal();
    const { volume, isFiltered } = choices();
    this.#field("volume").value = volume;
    this.#field("filtered").checked = isFiltered;
    await this.#listen();
    await this.#fill(); // names are told only once the microphone is allowed
  }

  #field(name) {
    return this.#dialog.querySelector(`[name=${name}]`);
  }

  async #fill() {
    const canChoose = "setSinkId" in HTMLMediaElement.prototype;
    for (const [name, kind] of Object.entries(KINDS)) {
      const select = this.#field(name);
      if (!select) continue;
      select.closest("[data-row]").hidden = kind === "audiooutput" && !canChoose;
      const [standard] = select.options;
      const found = (await devicesOf(kind)).filter(({ deviceId }) => deviceId !== "default");
      const options = found.map(({ deviceId, label }) => new Option(label || deviceId.slice(0, 8), deviceId));
      select.replaceChildren(standard, ...options);
      select.value = findDevice(found, choices()[name]);
    }
  }

  async #listen() {
    this.#stop();
    const meter = this.#dialog.querySelector("meter");
    try {
      this.#stream = await openMicrophone();
      this.#level = new Level(this.#stream, (level) => {
        meter.value = level;
      });
      if (!this.#dialog.open) this.#stop();
    } catch (error) {
      this.#refused(error);
    }
  }

  #stop() {
    this.#level?.stop();
    this.#level = null;
    closeStream(this.#stream);
    this.#stream = null;
  }

  async #chosen(field) {
    if (field.name in KINDS) {
      const label = field.selectedOptions[0].label;
      choose({ [field.name]: field.value ? { id: field.value, label } : null });
    } else if (field.name === "volume") {
      choose({ volume: Number(field.value) });
      this.#ringer.tryOut();
    } else if (field.name === "filtered") choose({ isFiltered: field.checked });
    if (["microphone", "filtered"].includes(field.name)) await this.#listen();
    if (field.name === "ringer") this.#ringer.tryOut();
    this.#changed();
  }
}
