"""The journal of calls while PostgreSQL goes away and comes back, and stories with a fault."""

import json
import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from tests.cast import World, build_world
from tests.feature.test_phone_records import answered_call, offer
from tests.phone_journal import MORNING, Journal, random_day
from vitrine.kernel.clock import now
from vitrine.telephony.actions import (
    keep_events,
    keep_history,
    leave_call_backs_to_people,
    show_floor,
    tell_left_behind,
)
from vitrine.telephony.actions import telling as telling_room
from vitrine.telephony.jobs import sweep
from vitrine.telephony.models import Call, CallBack, CallEntry
from vitrine.telephony.queries import counts, rebuilt
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.stories import FIELDS
from vitrine.tickets.models import Ticket
from vitrine.voice import call_flow as core
from vitrine.voice.journal import Journal as Spooling


def break_connection() -> None:
    """As when PostgreSQL is stopped: the next statement fails."""
    connection.ensure_connection()
    connection.connection.close()


def test_a_batch_that_could_not_be_kept_is_given_again_and_counts_once(
    transactional_db: None,
) -> None:
    world = build_world()
    journal = Journal()
    answered_call(journal, world)
    break_connection()

    with pytest.raises(OperationalError):
        keep_events(journal.entries)
    connection.close()
    assert not CallEntry.objects.exists()
    keep_events(journal.entries)
    keep_events(journal.entries)

    assert CallEntry.objects.count() == len(journal.entries)
    assert Call.objects.get().outcome == "answered"
    assert Ticket.objects.count() == 1


def test_what_was_kept_and_not_told_when_the_database_went_away_is_told_by_the_sweep(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_world()
    journal = Journal()
    answered_call(journal, world)

    def away(_name: str) -> Any:
        break_connection()
        return rebuilt(_name)

    monkeypatch.setattr(telling_room, "rebuilt", away)
    kept = keep_events(journal.entries)  # no exception: the entries are safe
    connection.close()
    monkeypatch.setattr(telling_room, "rebuilt", rebuilt)

    assert kept == len(journal.entries)
    assert Call.objects.get().is_stale
    sweep(int(now().timestamp()))
    call = Call.objects.get()
    assert (call.is_stale, call.outcome) == (False, "answered")
    assert call.ticket is not None


def test_the_spool_of_the_telephone_is_brought_in_once(
    transactional_db: None, tmp_path: Any
) -> None:
    world = build_world()
    journal = Journal()
    answered_call(journal, world)
    is_away = [True, True, True]

    def keep(entries: Any) -> None:
        if is_away:
            is_away.pop()
            raise OperationalError("away")
        keep_events(entries)
        connection.close()

    spooling = Spooling(
        keep, spool=tmp_path / "spool", epoch=journal.epoch, away=(OperationalError,)
    )
    spooling.start()
    for entry in journal.entries:
        spooling.write(entry)
    for _turn in range(200):
        if CallEntry.objects.count() == len(journal.entries):
            break
        spooling._ends.wait(0.1)
    spooling.close()

    assert spooling.spooled > 0
    assert CallEntry.objects.count() == len(journal.entries)
    assert Call.objects.get().outcome == "answered"
    assert not list((tmp_path / "spool").glob("*.jsonl"))


def test_one_story_that_cannot_be_told_keeps_no_other_untold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal()
    for number in range(3):
        offer(journal, f"c-{number}", at=10.0 * number, number=f"+322555990{number}")
    journal.happens(core.CallerGone(call="c-1"), at=50)

    def fault(name: str) -> Any:
        if name == "c-1":
            raise ValueError("a fault of ours")
        return rebuilt(name)

    monkeypatch.setattr(telling_room, "rebuilt", fault)
    keep_events(journal.entries)

    stale = Call.objects.get(is_stale=True)
    assert (stale.name, stale.failed) == ("c-1", 1)
    assert "a fault of ours" in stale.problem
    assert Call.objects.filter(ticket__isnull=False).count() == 2
    monkeypatch.setattr(telling_room, "rebuilt", rebuilt)
    assert tell_left_behind() == 1
    stale.refresh_from_db()
    assert (stale.outcome, stale.failed, stale.problem) == ("abandoned", 0, "")


def test_a_fault_in_what_follows_leaves_the_row_right_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number="+3225559901")
    journal.happens(core.CallerGone(call="c-1"), at=50)

    def fault(*_args: object, **_named: object) -> None:
        raise ValueError("no call-back today")

    with monkeypatch.context() as broken:
        broken.setattr(telling_room, "follow_call_back", fault)
        keep_events(journal.entries)
    call = Call.objects.get()
    assert (call.outcome, call.ticket, call.is_stale) == ("abandoned", None, True)
    assert not Ticket.objects.exists(), "all that follows, or nothing"

    tell_left_behind()

    call.refresh_from_db()
    assert call.ticket == Ticket.objects.get()
    assert call.call_back == CallBack.objects.get()


def test_a_call_back_that_the_telephone_owes_is_left_to_people_while_it_is_away(
    world: World,
) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number="+3225559901")
    journal.happens(core.CallBackAccepted(call="c-1"), at=20)
    keep_events(journal.entries)
    show_floor(Floor(at=now(), epoch="1"))
    assert leave_call_backs_to_people(at=now()) == 0
    assert CallBack.objects.get().is_automatic

    show_floor(Floor(at=MORNING, epoch="2"))
    assert leave_call_backs_to_people(at=now()) == 1

    assert not CallBack.objects.get().is_automatic


def test_history_is_told_without_asking_anything_of_anybody(world: World) -> None:
    journal = Journal()
    random_day(journal, chance=random.Random(11), events=120)

    calls = keep_history(journal.entries)
    again = keep_history(journal.entries)

    assert again == []
    assert len(calls) == Call.objects.count() == journal.flow.offered
    assert not Ticket.objects.exists()
    assert not CallBack.objects.exists()
    for call in Call.objects.all():
        story = rebuilt(call.name)
        assert {n: getattr(call, n) for n in FIELDS} == {n: getattr(story, n) for n in FIELDS}
    period: dict[str, Any] = {"since": MORNING, "until": now()}
    assert counts(**period).is_balanced


def test_the_command_replays_every_call_and_finds_a_row_that_was_changed(world: World) -> None:
    journal = Journal()
    random_day(journal, chance=random.Random(12), events=60)
    keep_events(journal.entries)
    told = StringIO()

    call_command("phone_verify", "--json", stdout=told)

    facts = json.loads(told.getvalue())
    assert facts["balanced"]
    assert (facts["offered"], facts["differing"]) == (journal.flow.offered, [])
    changed = Call.objects.filter(offered_at__isnull=False).order_by("id")[0]
    Call.objects.filter(pk=changed.pk).update(talk_seconds=12345.0)
    with pytest.raises(CommandError, match="differ"):
        call_command("phone_verify", stdout=told)
    assert f"{changed.name}: talk_seconds" in told.getvalue()
