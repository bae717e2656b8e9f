// The telephone line of this page: registers, takes calls, mends what breaks (SIP by JsSIP).
// Tells `change` whenever its `state` is another. Knows no button and no sentence.

import { Headset } from "./headset.js";
import { Kept } from "./kept.js";
import { endOf, replacesHeader, restBefore, socketAddress } from "./rules.js";

const CALL_HEADER = "X-Vitrine-Call";
const AT_ONCE_HEADER = "X-Vitrine-Answer";
const FINAL = ["signed-out", "takes-no-calls", "no-telephone"];
/** Milliseconds after which the server must know a new credential. */
const KNOWN_WITHIN = 10_000;
const REGISTER_SECONDS = 120;
const SESSION_SECONDS = 120;
/** Milliseconds after which a candidate is enough, a lost sound is mended, a try has failed. */
const [CANDIDATES, PATIENCE, MENDING] = [400, 1500, 4000];
/** Extensions: in the place of an answered leg, and of one that still rings. */
const [TAKEOVER, PICK_UP] = ["*1", "*2"];

export class Line extends EventTarget {
  #phone;
  #sip = null;
  #ua = null;
  #socket = null;
  #credential = null;
  #issued = 0;
  #session = null;
  #headset;
  #call = null;
  #trouble = "";
  #isRegistered = false;
  #tries = 0;
  #timers = { register: 0, renew: 0, mend: 0 };
  #kept;
  #mending = null;

  /** phone: {account, library, voice (an audio element), credential() -> Promise} */
  constructor(phone) {
    super();
    this.#phone = phone;
    this.#kept = new Kept(phone.account);
    this.#headset = new Headset(phone.voice, () => this.useChosenDevices());
  }

  get state() {
    const trouble = this.#trouble || this.#headset.trouble;
    return { isRegistered: this.#isRegistered, trouble, call: this.#call };
  }

  /** Register, and again whenever that is lost, until closed. */
  async open() {
    this.#sip ??= (await import(this.#phone.library)).default;
    try {
      this.#credential = await this.#phone.credential();
      this.#issued = Date.now();
    } catch (refusal) {
      return this.#refused(refusal.message);
    }
    const { socket, user, domain, secret } = this.#credential;
    this.#socket = new this.#sip.WebSocketInterface(socketAddress(socket, location));
    this.#ua = new this.#sip.UA({
      sockets: [this.#socket],
      uri: `sip:${user}@${domain}`,
      authorization_user: user,
      password: secret,
      register_expires: REGISTER_SECONDS,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 20,
      user_agent: "Vitrine",
    });
    this.#hear();
    this.#ua.start();
    this.#renewInTime();
    addEventListener("online", this.#online);
  }

  /** Leave; a call that is up stays up for the page that comes next (`keeps`), or ends. */
  async close({ keeps = false } = {}) {
    removeEventListener("online", this.#online);
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    if (keeps) {
      this.#socket?.disconnect(); // before anything could say goodbye
      this.#kept.rest();
    } else if (this.#call) this.hangUp();
    const ua = this.#ua;
    this.#ua = null;
    this.#letGo();
    ua?.stop();
    this.#call = null;
    this.#isRegistered = false;
    this.#tell();
  }

  async answer() {
    const session = this.#session;
    if (!this.#call?.isRinging || this.#call.isAnswering) return;
    this.#change({ isAnswering: true });
    if (this.#call.isLeftBehind) return this.#takeOver();
    if (!(await this.#headset.open())) return this.#change({ isAnswering: false });
    if (session !== this.#session || !session.isInProgress()) return;
    session.answer(this.#media());
  }

  /** Decline while it rings, hang up while one talks. */
  hangUp() {
    const wasRinging = this.#call?.isRinging;
    if (this.#session && !this.#session.isEnded()) {
      this.#session.terminate(wasRinging ? { status_code: 603 } : {});
    }
    this.#over(wasRinging ? "declined" : "ended");
  }

  mute(isMuted) {
    if (!this.#call || this.#call.isRinging) return;
    if (isMuted) this.#session.mute({ audio: true });
    else if (!this.#call.isHeld) this.#session.unmute({ audio: true });
    this.#change({ isMuted });
  }

  /** Resolves whether the other side now has music (or is back). */
  hold(isHeld) {
    if (!this.#call || this.#call.isRinging || this.#call.isHeld === isHeld) return false;
    const begun = isHeld ? this.#session.hold() : this.#session.unhold();
    if (!begun) return false;
    this.#headset.isSilent = isHeld;
    this.#change({ isHeld });
    if (!isHeld && this.#call.isMuted) this.#session.mute({ audio: true });
    return true;
  }

  /** A key of the keypad: 0 to 9, `*` or `#`, as RFC 4733 events within the sound. */
  press(key) {
    if (!this.#call || this.#call.isRinging) return;
    this.#session.sendDTMF(key, { transportType: "RFC2833", duration: 120, interToneGap: 80 });
  }

  /** The page was touched: what the browser kept back may sound now. */
  async unblock() {
    await this.#headset.unblock();
    this.#tell();
  }

  /** Another microphone or headset was chosen or plugged in: use it now. */
  async useChosenDevices() {
    await this.#headset.useChosenEarpiece();
    const sender = this.#session?.connection?.getSenders().find((one) => one.track);
    if (!sender) return;
    const track = await this.#headset.change();
    await sender.replaceTrack(track);
    if (track && (this.#call?.isMuted || this.#call?.isHeld)) this.#session.mute({ audio: true });
    this.#tell();
  }

  // --- registration -----------------------------------------------------------------

  #hear() {
    const ua = this.#ua;
    const on = (name, act) => ua.on(name, (event) => ua === this.#ua && act(event));
    on("registered", () => {
      this.#tries = 0;
      this.#isRegistered = true;
      this.#trouble = "";
      this.#tell();
      if (!this.#session) this.#regain();
    });
    on("unregistered", () => this.#unregistered());
    on("disconnected", () => {
      this.#trouble ||= "unreachable";
      this.#unregistered();
    });
    on("registrationFailed", ({ response }) => {
      this.#unregistered();
      if (!response) return; // the connection broke: JsSIP connects again by itself
      this.#refused([401, 403].includes(response.status_code) ? "refused" : "unreachable");
    });
    on("newRTCSession", ({ originator, session, request }) => {
      if (originator === "remote") this.#rings(session, request);
    });
  }

  #unregistered() {
    if (!this.#isRegistered && this.#trouble) return;
    this.#isRegistered = false;
    this.#tell();
  }

  /** Try again later; a refused credential is replaced by a new one. */
  #refused(trouble) {
    this.#trouble = trouble;
    this.#tell();
    if (FINAL.includes(trouble)) return;
    clearTimeout(this.#timers.register);
    const rest = restBefore(this.#tries++, Math.random());
    this.#timers.register = setTimeout(async () => {
      if (trouble === "refused" && Date.now() - this.#issued > KNOWN_WITHIN) await this.#renew();
      if (this.#ua) this.#ua.register();
      else this.open();
    }, rest);
  }

  async #renew() {
    try {
      this.#credential = await this.#phone.credential({ afresh: true });
      this.#issued = Date.now();
      this.#ua?.set("password", this.#credential.secret);
      this.#renewInTime();
    } catch (refusal) {
      this.#trouble = refusal.message;
      this.#tell();
    }
  }

  #renewInTime() {
    clearTimeout(this.#timers.renew);
    const left = this.#credential.expires * 1000 - Date.now();
    this.#timers.renew = setTimeout(async () => {
      await this.#renew();
      this.#ua?.register();
    }, Math.max(60_000, left * 0.8));
  }

  /** The network is back, perhaps another one: the old connection may never say that it died. */
  #online = () => this.#connectAgain();

  #connectAgain() {
    if (!this.#ua) return;
    this.#socket.disconnect();
    this.#socket.ondisconnect(true, 4000, "network changed");
  }

  // --- a call -------------------------------------------------------------------------

  #rings(session, request) {
    if (this.#call && !this.#call.isLeftBehind) return session.terminate({ status_code: 486 });
    this.#session = session;
    const dialog = { callId: request.call_id, remoteTag: request.from_tag, localTag: request.to_tag };
    this.#call = {
      id: request.getHeader(CALL_HEADER) ?? "",
      number: request.from.uri.user ?? "",
      name: request.from.display_name ?? "",
      rangAt: Date.now(),
      since: 0,
      dialog,
      ...{ isRinging: true, isMuted: false, isHeld: false },
    };
    this.#follow(session);
    this.#headset.open().then(() => this.#tell()); // so that the answer needs not wait for it
    this.#kept.keep(this.#call);
    this.#tell();
    if (request.getHeader(AT_ONCE_HEADER)) this.answer();
  }

  #follow(session) {
    const on = (name, act) => session.on(name, (event) => session === this.#session && act(event));
    let isWaiting = false;
    session.on("icecandidate", ({ candidate, ready }) => {
      if (candidate.type === "srflx" || candidate.type === "relay") return ready();
      if (!isWaiting) setTimeout(ready, CANDIDATES);
      isWaiting = true;
    });
    on("peerconnection", ({ peerconnection }) => this.#connected(peerconnection));
    if (session.connection) this.#connected(session.connection);
    on("accepted", ({ response }) => this.#accepted(response));
    on("ended", ({ originator, message }) => this.#over(endOf(originator, message?.getHeader?.("Reason"))));
    on("failed", ({ message, cause }) => this.#failed(message, cause));
    const end = session.terminate.bind(session);
    const { RTP_TIMEOUT, WEBRTC_ERROR } = this.#sip.C.causes;
    // JsSIP hangs up when the sound breaks off; we mend it instead.
    session.terminate = (options) =>
      [RTP_TIMEOUT, WEBRTC_ERROR].includes(options?.cause) ? this.#mend() : end(options);
  }

  #accepted(response) {
    const dialog = response
      ? { callId: response.call_id, localTag: response.from_tag, remoteTag: response.to_tag }
      : this.#call.dialog;
    const { isHeld, isMuted } = this.#call;
    this.#change({
      dialog, isRinging: false, isAnswering: false, isLeftBehind: false, isRegaining: false, isHeld: false,
      since: this.#call.since || Date.now(),
    });
    if (isMuted) this.#session.mute({ audio: true });
    if (isHeld) this.#session.once("confirmed", () => this.hold(true));
  }

  #failed(message, cause) {
    if (this.#call?.isRegaining || this.#call?.isLeftBehind) return this.#over("lost");
    const reason = message?.getHeader?.("Reason") ?? "";
    if (/cause=26\b/.test(reason)) return this.#over("taken");
    this.#over(cause === this.#sip.C.causes.REJECTED ? "declined" : "missed");
  }

  #over(end) {
    if (!this.#call) return;
    this.#call = null;
    this.#kept.forget();
    this.#letGo();
    this.dispatchEvent(new CustomEvent("over", { detail: end }));
    this.#tell();
  }

  #letGo() {
    clearTimeout(this.#timers.mend);
    this.#session?.connection?.close();
    this.#session = null;
    this.#mending = null;
    this.#headset.close();
  }

  // --- sound --------------------------------------------------------------------------

  #media() {
    return {
      mediaStream: this.#headset.stream,
      pcConfig: { iceServers: this.#credential.ice ?? [], bundlePolicy: "max-bundle" },
      sessionTimersExpires: SESSION_SECONDS,
    };
  }

  #connected(connection) {
    connection.addEventListener("track", async ({ track, streams }) => {
      await this.#headset.play(streams[0] ?? new MediaStream([track]));
      this.#tell();
    });
    connection.addEventListener("connectionstatechange", () => {
      if (connection !== this.#session?.connection) return;
      clearTimeout(this.#timers.mend);
      if (connection.connectionState === "connected") this.#mended();
      if (connection.connectionState === "failed") this.#mend();
      if (connection.connectionState === "disconnected") {
        this.#timers.mend = setTimeout(() => this.#mend(), PATIENCE);
      }
    });
  }

  // --- mending ------------------------------------------------------------------------

  #mended() {
    this.#mending = null;
    clearTimeout(this.#timers.mend);
    if (this.#call?.isRegaining && !this.#call.isRinging) this.#change({ isRegaining: false });
  }

  /** The sound broke off: new ways through the network in the same call, else a new leg. */
  #mend() {
    if (!this.#call || this.#call.isRinging) return;
    this.#change({ isRegaining: true });
    if (this.#mending === this.#session) return this.#replace();
    this.#mending = this.#session;
    const { connection } = this.#session;
    const isUp = () => connection.connectionState === "connected";
    const restart = { rtcOfferConstraints: { iceRestart: true } };
    const offered = this.#session.renegotiate(restart, () => isUp() && this.#mended());
    this.#timers.mend = setTimeout(() => (isUp() ? this.#mended() : this.#replace()), offered ? MENDING : 0);
  }

  /** Give the present leg up without a word to the other side and take its place. */
  #replace() {
    const old = this.#session;
    this.#session = null;
    this.#mending = null;
    clearTimeout(this.#timers.mend);
    old?.connection?.close();
    if (this.#ua?.isRegistered()) this.#takeOver();
    else this.#connectAgain(); // `registered` then regains it
  }

  /** A call that the page before this one left behind is taken over as soon as one can speak. */
  #regain() {
    const kept = this.#call ?? this.#kept.left;
    if (!kept) return;
    this.#call ??= { ...kept, isLeftBehind: true, isAnswering: false, isRegaining: !kept.isRinging };
    this.#tell();
    if (!kept.isRinging) this.#takeOver();
    else setTimeout(() => this.#call?.isLeftBehind && this.#over("missed"), 30_000);
  }

  async #takeOver() {
    if (!(await this.#headset.open())) return this.#tell();
    if (!this.#call || !this.#ua) return;
    const { isRinging, dialog, id } = this.#call;
    const extraHeaders = [`${CALL_HEADER}: ${id}`];
    if (!isRinging) extraHeaders.push(replacesHeader(dialog));
    const target = `sip:${isRinging ? PICK_UP : TAKEOVER}@${this.#credential.domain}`;
    const session = this.#ua.call(target, { ...this.#media(), extraHeaders });
    this.#session = session;
    this.#follow(session);
  }

  #change(change) {
    if (!this.#call) return;
    this.#call = { ...this.#call, ...change };
    this.#kept.keep(this.#call);
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
