// The rules of the soft phone, without any browser: node --test (run by tests/unit/test_javascript.py).

import assert from "node:assert/strict";
import { test } from "node:test";
import * as rules from "../../../vitrine/desk/static/desk/phone/rules.js";

const call = { dialog: { callId: "a" }, at: 1000 };

test("a crowd that lost its connection comes back spread, later and later, never later than 30 s", () => {
  assert.deepEqual([0, 1, 2, 9].map((n) => rules.restBefore(n, 1)), [1000, 2000, 4000, 30000]);
  assert.equal(rules.restBefore(3, 0), 4000);
});

test("a call is taken over while somebody may still be there", () => {
  const kept = JSON.stringify(call);
  assert.deepEqual(rules.leftBehind(kept, 1000 + rules.FRESH - 1), call);
  assert.equal(rules.leftBehind(kept, 1000 + rules.FRESH), null);
  const ringing = JSON.stringify({ ...call, isRinging: true });
  assert.equal(rules.leftBehind(ringing, 1000 + rules.RINGS), null);
  assert.equal(rules.leftBehind(kept, 999), null); // a clock that went back
  for (const text of [null, "", "{", "[]", "7", "{}"]) assert.equal(rules.leftBehind(text, 1), null);
});

test("tags go into Replaces as the other side sees them", () => {
  const header = rules.replacesHeader({ callId: "c@x", localTag: "mine", remoteTag: "theirs" });
  assert.equal(header, "Replaces: c@x;to-tag=theirs;from-tag=mine");
});

test("a device is found by its name when its identifier has changed", () => {
  const devices = [{ deviceId: "1", label: "Headset" }, { deviceId: "2", label: "Speaker" }];
  assert.equal(rules.findDevice(devices, { id: "2", label: "?" }), "2");
  assert.equal(rules.findDevice(devices, { id: "old", label: "Headset" }), "1");
  assert.equal(rules.findDevice(devices, { id: "old", label: "gone" }), "");
  assert.equal(rules.findDevice(devices, null), "");
});

test("keys act only where they mean something, and never with Ctrl, Alt or when held down", () => {
  const key = (name, more = {}) => ({ key: name, ...more });
  assert.equal(rules.actOf(key("F2"), "ringing"), "answer");
  assert.equal(rules.actOf(key("F2"), "talking"), null); // a second press does not hang up
  assert.equal(rules.actOf(key("F2", { shiftKey: true }), "talking"), "hang-up");
  assert.equal(rules.actOf(key("F4", { altKey: true }), "talking"), null);
  assert.equal(rules.actOf(key("F8", { repeat: true }), "talking"), null);
  assert.equal(rules.actOf(key("F8"), "ready"), null);
});

test("what one sees: a call before a trouble, a trouble before being ready", () => {
  const at = (more) => ({ isOn: true, isRegistered: true, trouble: "", call: null, ...more });
  assert.equal(rules.phaseOf(at({})), "ready");
  assert.equal(rules.phaseOf(at({ isOn: false })), "off");
  assert.equal(rules.phaseOf(at({ isRegistered: false })), "starting");
  assert.equal(rules.phaseOf(at({ trouble: "unreachable" })), "trouble");
  assert.equal(rules.phaseOf(at({ trouble: "unreachable", call: {} })), "talking");
  assert.equal(rules.sentenceOf(at({ call: { isHeld: true, isMuted: true } })), "held");
  assert.equal(rules.sentenceOf(at({ trouble: "microphone-busy", call: { isRinging: true } })), "microphone-busy");
});

test("the address of the telephone server follows the page", () => {
  const page = { protocol: "https:", hostname: "desk.example", host: "desk.example:444" };
  assert.equal(rules.socketAddress("/ws", page), "wss://desk.example:444/ws");
  assert.equal(rules.socketAddress(":8089/ws", page), "wss://desk.example:8089/ws");
  assert.equal(rules.socketAddress("wss://a.example/ws", page), "wss://a.example/ws");
  assert.equal(rules.socketAddress("/ws", { ...page, protocol: "http:" }), "ws://desk.example:444/ws");
});

test("who has ended the call is told apart", () => {
  assert.equal(rules.endOf("local", "Q.850;cause=8"), "ended");
  assert.equal(rules.endOf("remote", "Q.850;cause=8"), "cut");
  assert.equal(rules.endOf("remote", "Q.850;cause=16"), "they-ended");
  assert.equal(rules.endOf("remote", undefined), "they-ended");
});

test("loudness and clock", () => {
  assert.equal(rules.loudness(new Float32Array(100)), 0);
  assert.ok(Math.abs(rules.loudness(new Float32Array(100).fill(0.1)) - 2 / 3) < 0.001);
  assert.deepEqual([0, 75, 3675, -3].map(rules.clock), ["0:00", "1:15", "1:01:15", "0:00"]);
});

test("why there is no microphone", () => {
  assert.equal(rules.troubleOf({ name: "NotAllowedError" }), "microphone-refused");
  assert.equal(rules.troubleOf({ name: "NotReadableError" }), "microphone-busy");
  assert.equal(rules.troubleOf(undefined), "microphone-missing");
});

test("a trouble is said also by a telephone that could not be turned on", () => {
  const off = { isOn: false, isElsewhereOn: false, isRegistered: false, call: null };
  assert.equal(rules.sentenceOf({ ...off, trouble: "microphone-refused" }), "microphone-refused");
  assert.equal(rules.sentenceOf({ ...off, trouble: "" }), "off");
});

test("asking a colleague stands as the picture says, and is over when it says no more", () => {
  const nobody = { asked: "", is_held: true };
  assert.equal(rules.standingOf("sent", nobody, 1000), "sent");
  assert.equal(rules.standingOf("sent", { asked: "ringing", is_held: true }, 1000), "ringing");
  assert.equal(rules.standingOf("ringing", { asked: "there", is_held: true }, 9000), "there");
  assert.equal(rules.standingOf("ringing", nobody, 9000), "held");
  assert.equal(rules.standingOf("joined", { asked: "", is_held: false }, 9000), "gone");
  assert.equal(rules.standingOf("sent", nobody, 5000), "held");
});
