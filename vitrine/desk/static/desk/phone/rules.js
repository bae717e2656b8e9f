// What the soft phone decides, without browser, clock or chance: values in, values out.
// Tried by tests/unit/javascript/soft_phone.test.mjs.

/** A call that was left behind so long ago is not taken over any more: nobody waits that long. */
export const FRESH = 60_000;
/** A telephone that rang so long ago rings no more. */
export const RINGS = 45_000;
const FIRST_REST = 1000;
const LONGEST_REST = 30_000;

/** Milliseconds to wait before try number `attempt` (from 0); `chance` from 0 to 1 spreads a crowd. */
export function restBefore(attempt, chance) {
  return Math.min(FIRST_REST * 2 ** attempt, LONGEST_REST) * (0.5 + chance / 2);
}

/** The header by which a new page takes the place of the old one in its call (RFC 3891). */
export function replacesHeader({ callId, localTag, remoteTag }) {
  return `Replaces: ${callId};to-tag=${remoteTag};from-tag=${localTag}`;
}

/** The call that an earlier page left behind, or null when there is none that may still be up. */
export function leftBehind(text, now) {
  let kept = null;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  const longest = kept?.isRinging ? RINGS : FRESH;
  return kept?.dialog?.callId && now - kept.at < longest && now >= kept.at ? kept : null;
}

const REFUSALS = {
  NotAllowedError: "microphone-refused",
  SecurityError: "microphone-refused",
  NotFoundError: "microphone-missing",
  OverconstrainedError: "microphone-missing",
  NotReadableError: "microphone-busy",
  AbortError: "microphone-busy",
};

/** Why there is no microphone, as the name of a sentence. */
export function troubleOf(error) {
  return REFUSALS[error?.name] ?? "microphone-missing";
}

/** Browsers give devices new identifiers now and then; their names stay. "" is the system's own. */
export function findDevice(devices, wanted) {
  if (!wanted?.id) return "";
  const same = devices.find((device) => device.deviceId === wanted.id);
  const named = devices.find((device) => wanted.label && device.label === wanted.label);
  return (same ?? named)?.deviceId ?? "";
}

/** Function keys: they work while one types, and on every keyboard of the country. */
const KEYS = {
  F2: { ringing: "answer" },
  "Shift+F2": { ringing: "decline", talking: "hang-up", regaining: "hang-up" },
  F4: { talking: "hold" },
  F8: { talking: "mute" },
  F9: { talking: "transfer" },
};

/** What a key does in this phase; null: nothing, and the key is left to others. */
export function actOf({ key, shiftKey, ctrlKey, altKey, metaKey, repeat }, phase) {
  if (ctrlKey || altKey || metaKey || repeat) return null;
  return KEYS[shiftKey ? `Shift+${key}` : key]?.[phase] ?? null;
}

/** 75 -> "1:15", 3675 -> "1:01:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How loud a stretch of samples (-1 to 1) is, from 0 (silence, below -60 dB) to 1 (full). */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibel = 10 * Math.log10(sum / samples.length || 1e-12);
  return Math.min(1, Math.max(0, 1 + decibel / 60));
}

/** Who has ended the call; Q.850 cause 8 (pre-empted) is what a supervisor's end is told with. */
export function endOf(originator, reason = "") {
  if (originator === "local") return "ended";
  return /cause=8\b/.test(reason) ? "cut" : "they-ended";
}

/** The address of the telephone server: as given, or a port or a path of this page's own host. */
export function socketAddress(wanted, { protocol, hostname, host }) {
  if (/^wss?:/.test(wanted)) return wanted;
  const scheme = protocol === "https:" ? "wss:" : "ws:";
  return wanted.startsWith(":") ? `${scheme}//${hostname}${wanted}` : `${scheme}//${host}${wanted}`;
}

/** Milliseconds within which the picture shows that a colleague is asked. */
const SEEN_WITHIN = 5000;

/** How asking a colleague stands now: `before`, what the picture says, and for how long one waits. */
export function standingOf(before, { asked, is_held: isHeld }, waited) {
  if (asked) return asked;
  if (before === "sent" && waited < SEEN_WITHIN) return "sent";
  return isHeld ? "held" : "gone";
}

/** Where the telephone stands, for the eye and for the keys. */
export function phaseOf({ isOn, isElsewhereOn, isRegistered, trouble, call }) {
  if (call?.isRinging) return "ringing";
  if (call?.isRegaining) return "regaining";
  if (call) return "talking";
  if (trouble) return "trouble"; // also when one has just tried in vain to turn it on
  if (!isOn && !isElsewhereOn) return "off";
  return isRegistered ? "ready" : "starting";
}

/** The name of the sentence that says it. */
export function sentenceOf(state) {
  const phase = phaseOf(state);
  const { call, trouble } = state;
  if (phase === "trouble") return trouble;
  if (phase === "ringing" && trouble.startsWith("microphone")) return trouble;
  if (phase === "talking" && trouble === "sound-blocked") return trouble;
  if (phase === "talking" && call.isHeld) return "held";
  if (phase === "talking" && call.isMuted) return "muted";
  return phase;
}
