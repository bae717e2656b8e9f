"""The emergency console: the same double control, a journal before the public, and no database."""

import json
import stat
import threading
from datetime import timedelta

import pytest

from tests.console_rooms import DOWN, PASSWORD, SLOW, WORKS, Room
from tests.keys import UP, SoftKey, a_change
from tests.public_state import BEGIN, signed_event
from vitrine.console import journal
from vitrine.console.deciding import Console
from vitrine.console.refusals import ConsoleRefused
from vitrine.publication import current, publish, verify_chain, versions
from vitrine.publication.errors import NotWritten
from vitrine.publication.refusals import Refused
from vitrine.publication.replay import apply, next_event

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def refusal(room, *, change=None, body=DOWN, **how):
    with pytest.raises((Refused, ConsoleRefused)) as refused:
        room.console.confirm(room.confirmation(change or room.prepared(body), **how))
    noted = journal.late_attempts(room.options.directory)[-1]
    assert noted["refusal"] == refused.value.code  # every attempt is written down
    return refused.value.code


def faults(room):
    found = verify_chain.verify(
        verify_chain.lines_of(str(room.options.site.directory)),
        expected=verify_chain.Expected(rp_id="localhost"),
        present=json.loads(verify_chain.fetch(str(room.options.site.directory), "bulletin.json")),
    )
    return found.faults


def test_a_technician_makes_a_position_public_with_password_and_key(room):
    done = room.change(DOWN | {"comments": {"fr": "Panne électrique"}})

    assert done.published.version == 2
    public = current(room.options.site.directory)
    assert public.position == "interrupted"
    assert public.comments == {"fr": "Panne électrique"}
    [kept] = journal.kept_events(room.options.directory / journal.EVENTS)
    assert (kept.hash, kept.place) == (public.hash, "console")
    [noted] = journal.late_attempts(room.options.directory)
    assert (noted["actor"], noted["refusal"], noted["version"]) == ("editor-1", "", 2)
    assert PASSWORD not in (room.options.directory / journal.ATTEMPTS).read_text()
    assert not faults(room)


def test_several_changes_follow_each_other_in_one_chain(room):
    for body in (DOWN, SLOW, WORKS):
        room.change(body)
    assert current(room.options.site.directory).version == 4
    assert not faults(room)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"password": "wrong"}, "wrong-password"),
        ({"password": ""}, "wrong-password"),
        ({"answer": {}}, "no-key"),
        ({"answer": {"credential_id": "AAAA"}}, "unknown-key"),
        ({"key": "bert"}, "unknown-key"),
    ],
)
def test_password_alone_key_alone_and_another_persons_key_are_refused(room, how, code):
    how = {name: getattr(room, each) if name == "key" else each for name, each in how.items()}
    assert refusal(room, **how) == code
    assert current(room.options.site.directory).version == 1


def test_a_key_without_its_pin_and_an_altered_change_are_refused(room):
    change = room.prepared()
    assert refusal(room, change=change, answer=room.ana.sign(change, flags=UP)) == "not-verified"
    signed = room.ana.sign(change)
    assert refusal(room, change=change | {"body": SLOW}, answer=signed) == "other-change"
    assert refusal(room, change=change | {"actor": "editor-2"}, answer=signed) == ("unknown-key")


def test_a_stranger_learns_nothing(room):
    stranger = SoftKey(owner="editor-9")
    change = room.prepared(actor="editor-9")
    assert refusal(room, change=change, key=stranger) == "wrong-password"


def test_a_confirmation_counts_once_and_for_two_minutes(room):
    asked = room.confirmation(room.prepared())
    room.console.confirm(asked)
    with pytest.raises(Refused) as refused:
        room.console.confirm(asked)
    assert refused.value.code in ("stale-version", "counter-went-back")
    late = room.prepared(SLOW)
    room.at += 3 * MINUTE
    assert refusal(room, change=late) == "too-old"


def test_the_counter_of_a_key_is_remembered_without_a_new_export(room):
    room.change(DOWN)
    room.ana.counter = 0
    change = room.prepared(SLOW)
    assert refusal(room, change=change) == "counter-went-back"


def test_a_revoked_key_is_refused_as_soon_as_the_export_says_so(room):
    change = room.prepared()
    room.export(revoked=True)
    assert refusal(room, change=change) == "revoked-key"


def test_who_fails_five_times_waits(room):
    change = room.prepared()
    for _again in range(5):
        assert refusal(room, change=change, password="guess") == "wrong-password"
    assert refusal(room, change=change) == "too-often"
    asked = room.confirmation(change, address="10.0.0.9")  # a colleague elsewhere is not stopped
    assert room.console.confirm(asked).published
    room.at += 6 * MINUTE
    assert room.change(SLOW).published


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda room: room.options.export.unlink(), "export-missing"),
        (lambda room: room.options.trust.unlink(), "export-missing"),
        (lambda room: room.options.export.write_bytes(b"{}"), "export-altered"),
        (lambda room: room.options.export.write_bytes(b"\xff"), "export-altered"),
        (lambda room: alter(room.options.export), "export-altered"),
        (lambda room: setattr(room, "at", BEGIN + timedelta(days=15)), "export-stale"),
        (lambda room: setattr(room, "at", BEGIN - timedelta(hours=1)), "export-future"),
    ],
)
def test_an_export_that_is_stale_altered_or_gone_is_refused(room, spoil, code):
    change = room.prepared()
    spoil(room)
    assert refusal(room, change=change) == code


def alter(export):
    """Give somebody else's password to Ana, in the otherwise untouched export."""
    text = export.read_text()
    assert "ana@centre.example" in text
    export.write_text(text.replace("ana@centre.example", "eve@centre.example"))


def test_an_export_signed_with_another_key_is_refused(room, tmp_path):
    trusted = room.options.trust.read_bytes()
    room.options.signing_key.unlink()
    room.export()  # a new key pair, as somebody would make who only can write there
    room.options.trust.write_bytes(trusted)
    with pytest.raises(ConsoleRefused, match="altered"):
        room.console.knowledge()


def test_export_key_and_journals_are_for_their_owner_only(room):
    room.change()
    for path in (
        room.options.export,
        room.options.signing_key,
        room.options.directory / journal.EVENTS,
        room.options.directory / journal.ATTEMPTS,
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_of_many_at_once_one_wins_and_the_chain_stays_whole(room):
    change = room.prepared()
    answers = [SoftKey.sign(room.ana, change, counter=number) for number in range(1, 9)]
    results = []

    def confirm(answer):
        try:
            asked = room.confirmation(change, answer=answer)
            results.append(Console(room.options, clock=lambda: room.at).confirm(asked))
        except (Refused, ConsoleRefused) as refused:
            results.append(refused.code)

    threads = [threading.Thread(target=confirm, args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not isinstance(each, str) for each in results) == 1
    assert current(room.options.site.directory).version == 2
    assert not faults(room)


# ------------------------------------------------------------------ dying, disks, the desk


def test_what_was_written_down_but_not_published_is_published_by_the_next_one(room, monkeypatch):
    def full(*_args, **_more):
        raise NotWritten("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("vitrine.console.deciding.publish", full)
        done = room.change(DOWN)
    assert done.published is None
    assert "No space" in done.problem
    assert current(room.options.site.directory).version == 1
    state = room.console.standing(room.console.knowledge())
    assert (state.bulletin.version, state.is_public) == (2, False)

    assert room.console.publish_again().version == 2
    assert room.console.publish_again() is None
    assert current(room.options.site.directory).position == "interrupted"
    room.change(WORKS)
    assert not faults(room)


def test_the_desk_that_was_quicker_wins_and_nothing_is_lost(room, monkeypatch):
    change = room.prepared(DOWN)
    monkeypatch.setattr("vitrine.console.deciding.publish", racing(room))
    assert refusal(room, change=change) == "stale-version"
    path = room.options.directory / journal.EVENTS
    assert journal.kept_events(path) == []
    [lost] = journal.events_set_aside(path)
    assert lost.change["body"] == DOWN
    assert current(room.options.site.directory).position == "slowed"
    assert not faults(room)


def racing(room):
    """`publish`, just before which the desk publishes something else."""

    def late(bulletin, **more):
        body = {"components": {"photos": {"position": "slowed", "sub_reason": "slow"}}}
        other = signed_event(room.bulletin, body, key=room.bert, at=room.at)
        state = apply(room.bulletin, other)
        publish(state, at=room.at, event=other, site=room.options.site)
        return publish(bulletin, **more)

    return late


def test_what_the_application_decided_but_could_not_publish_is_not_forgotten(room):
    at = BEGIN + 10 * MINUTE
    body = {"components": {"photos": {"position": "slowed", "sub_reason": "slow"}}}
    event = signed_event(room.bulletin, body, key=room.bert, at=at)
    decided = apply(room.bulletin, event)
    room.export(at=at, bulletin=decided, events=[room.event, event])

    done = room.change(DOWN)

    assert done.bulletin.version == 3
    public = current(room.options.site.directory)
    assert [each.position for each in public.components] == ["interrupted", "slowed"]
    assert not faults(room)


def test_a_half_written_line_of_the_journal_is_passed_over(room):
    room.change(DOWN)
    path = room.options.directory / journal.EVENTS
    with path.open("ab") as file:
        file.write(b'{"event": {"version": 3, "ha')
    room.change(WORKS)
    assert [event.version for event in journal.kept_events(path)] == [2, 3]
    assert not faults(room)


def test_a_public_page_that_cannot_be_read_is_replaced_from_the_export(room):
    name = versions.current_name(room.options.site.directory)
    place = versions.place_of(name, directory=room.options.site.directory)
    (place / "bulletin.json").write_bytes(b"\xff")
    assert room.change(DOWN).published.version == 2


def test_a_full_disk_says_so_and_changes_nothing(room, monkeypatch):
    change = room.prepared()
    monkeypatch.setattr(journal, "keep_event", full_disk)
    assert refusal(room, change=change) == "not-kept"
    assert current(room.options.site.directory).version == 1


def full_disk(*_args, **_more):
    raise OSError(28, "No space left on device")


def test_a_forged_journal_line_does_not_become_public(room):
    change = a_change("position", DOWN, after=room.bulletin, at=room.at)
    event = next_event(room.bulletin, change, at=room.at, place="console")  # nobody signed it
    journal.keep_event(event, directory=room.options.directory)
    assert room.console.publish_again() is None
    assert current(room.options.site.directory).version == 1
