"""The state at the terminal: the same double control, with a key at the USB port."""

from datetime import timedelta

import pytest

from tests.console_rooms import DOWN, PASSWORD, Room
from vitrine.console import machine_room
from vitrine.publication import current
from vitrine.publication.proof import encode_bytes


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "de_BE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    room = Room(tmp_path)
    room.asked = []

    def plugged_in(challenge, *, keys, rp_id, interaction):
        """What `usb_keys.ask_key` answers when Ana's key is there and touched."""
        room.asked.append(keys)
        change = {"challenge": encode_bytes(challenge)}
        return room.ana.sign(change, challenge=challenge, origin=f"https://{rp_id}")

    monkeypatch.setitem(
        machine_room.VERBS,
        "set",
        lambda console, wanted: machine_room.change(console, wanted, ask=plugged_in),
    )
    monkeypatch.setattr(machine_room, "getpass", lambda _prompt: room.password)
    room.password = PASSWORD
    return room


def run(room, *words):
    return machine_room.main(words, console=room.console)


def test_the_state_is_shown_in_the_language_of_the_terminal(room, capsys):
    assert run(room, "show") == 0
    said = capsys.readouterr().out
    assert "works de" in said
    assert "core" in said
    room.at += timedelta(days=3)
    run(room, "show")
    assert "\n! " in capsys.readouterr().out  # a night was missed


def test_a_position_is_set_with_password_and_key(room, capsys):
    words = ["set", "core=interrupted", "--as", "ana@centre.example", "--template", "back"]
    assert run(room, *words, "--expected-end", "14:30") == 0
    said = capsys.readouterr().out
    assert "Back at 14.30 Uhr de".replace(" Uhr", "\N{NO-BREAK SPACE}Uhr") in said
    public = current(room.options.site.directory)
    assert public.position == "interrupted"
    assert room.asked == [[key.credential_id for key in room.console.knowledge().editors[0].keys]]
    assert run(room, "verify") == 0


def test_a_wrong_password_a_missing_key_and_nonsense_are_refused(room, capsys, monkeypatch):
    room.password = "guess"
    assert run(room, "set", "core=interrupted", "--as", "ana@centre.example") == 1
    room.password = PASSWORD
    assert run(room, "set", "nowhere=interrupted", "--as", "ana@centre.example") == 1
    assert run(room, "set", "core=exploded", "--as", "ana@centre.example") == 1
    assert run(room, "set", "core=slowed", "--as", "ana@centre.example") == 1
    assert run(room, "set", "core=interrupted", "--as", "eve@elsewhere.example") == 1
    monkeypatch.setitem(machine_room.VERBS, "set", machine_room.change)
    monkeypatch.setattr("vitrine.console.usb_keys.CtapHidDevice.list_devices", lambda: iter(()))
    assert run(room, "set", "core=interrupted", "--as", "ana@centre.example") == 1
    assert "USB" in capsys.readouterr().out
    assert current(room.options.site.directory).version == 1


def test_what_is_decided_is_published_again(room, monkeypatch, capsys):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("vitrine.console.deciding.publish", full)
        room.change(DOWN)
    run(room, "show")
    assert "! " in capsys.readouterr().out
    assert run(room, "publish") == 0
    assert current(room.options.site.directory).position == "interrupted"
    assert run(room, "publish") == 0


def test_without_an_export_the_state_is_shown_all_the_same(room, capsys):
    room.options.export.unlink()
    assert run(room, "show") == 1
    assert "works de" in capsys.readouterr().out
    assert run(room, "set", "core=interrupted", "--as", "ana@centre.example") == 1


def test_the_time_of_an_expected_end_is_the_next_one(room):
    def told(text):
        return machine_room.instant_text(text, console=room.console)

    assert told("14:30") == "2026-11-23T14:30"  # it is 11:00 in Brussels
    assert told("09:15") == "2026-11-24T09:15"
    assert told("none") == ""
    assert told("2026-12-01T08:00") == "2026-12-01T08:00"
