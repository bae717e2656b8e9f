// Microphone, loudspeakers and the ring: everything that sounds.

import { findDevice, loudness } from "./rules.js";

const CHOICES = "phone devices";
const BELGIAN_RING = 425;
const RING = { on: 1, off: 2 };

/** What this browser's person has chosen: devices by id and name, volume of the ring, filters. */
export function choices() {
  const kept = JSON.parse(localStorage.getItem(CHOICES) ?? "{}");
  return { volume: 0.7, isFiltered: true, ...kept };
}

export function choose(change) {
  localStorage.setItem(CHOICES, JSON.stringify({ ...choices(), ...change }));
}

/** The devices of one kind: `audioinput` or `audiooutput`. */
export async function devicesOf(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((device) => device.kind === kind && device.deviceId);
}

/** A fresh stream of the chosen microphone; rejects as getUserMedia does. */
export async function openMicrophone() {
  const { microphone, isFiltered } = choices();
  const id = findDevice(await devicesOf("audioinput"), microphone);
  const filters = { echoCancellation: isFiltered, noiseSuppression: isFiltered, autoGainControl: isFiltered };
  return navigator.mediaDevices.getUserMedia({
    audio: { ...filters, ...(id ? { deviceId: { ideal: id } } : {}) },
    video: false,
  });
}

export function closeStream(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Let an audio element sound at the chosen device; browsers that cannot choose use the system's. */
export async function sendTo(audio, wanted) {
  if (!audio.setSinkId) return;
  const id = findDevice(await devicesOf("audiooutput"), wanted);
  if (audio.sinkId !== id) await audio.setSinkId(id).catch(() => {});
}

/** The ring, made here so that nothing is loaded: two notes, on the device chosen for ringing. */
export class Ringer {
  #context = null;
  #audio = new Audio();
  #gain = null;
  #timer = 0;
  #isWanted = false;

  /** Whether the browser lets it sound: not before somebody has touched a page of ours. */
  async isAllowed() {
    this.#prepare();
    if (this.#context.state === "running") return true;
    const resumed = this.#context.resume().then(() => true);
    return Promise.race([resumed, new Promise((done) => setTimeout(done, 300, false))]);
  }

  async start() {
    this.#isWanted = true;
    await this.#open();
    if (!this.#isWanted || this.#timer) return;
    this.#ringOnce();
    this.#timer = setInterval(() => this.#ringOnce(), (RING.on + RING.off) * 1000);
  }

  stop() {
    this.#isWanted = false;
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#gain?.gain.cancelScheduledValues(0);
    this.#gain?.gain.setValueAtTime(0, this.#context.currentTime);
    this.#audio.pause();
  }

  /** One ring, to hear where and how loud it is. */
  async tryOut() {
    await this.#open();
    this.#ringOnce();
  }

  async #open() {
    this.#prepare();
    this.#context.resume();
    await sendTo(this.#audio, choices().ringer);
    await this.#audio.play().catch(() => {});
  }

  #prepare() {
    if (this.#context) return;
    this.#context = new AudioContext();
    this.#gain = new GainNode(this.#context, { gain: 0 });
    const place = new MediaStreamAudioDestinationNode(this.#context);
    for (const frequency of [BELGIAN_RING, BELGIAN_RING * 1.26]) {
      const note = new OscillatorNode(this.#context, { frequency });
      note.connect(this.#gain);
      note.start();
    }
    this.#gain.connect(place);
    this.#audio.srcObject = place.stream;
  }

  #ringOnce() {
    const { gain } = this.#gain;
    const now = this.#context.currentTime;
    const loud = choices().volume * 0.4;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(0, now);
    gain.linearRampToValueAtTime(loud, now + 0.02);
    gain.setValueAtTime(loud, now + RING.on - 0.05);
    gain.linearRampToValueAtTime(0, now + RING.on);
  }
}

/** How loud a stream is, told ten times a second from 0 to 1, until stopped. */
export class Level {
  #context = new AudioContext();
  #timer = 0;

  constructor(stream, tell) {
    const ear = new AnalyserNode(this.#context, { fftSize: 2048 });
    new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream }).connect(ear);
    const samples = new Float32Array(ear.fftSize);
    this.#timer = setInterval(() => {
      ear.getFloatTimeDomainData(samples);
      tell(loudness(samples));
    }, 100);
  }

  stop() {
    clearInterval(this.#timer);
    this.#context.close();
  }
}
