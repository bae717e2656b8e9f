"""What the phone menu says of the register, from what was published last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.bulletins import a_bulletin
from vitrine.publication.bulletin import Maintenance, MaintenanceState, Position
from vitrine.voice.register_state import state_phrases

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def with_position(position, *, since):
    found = a_bulletin()
    parts = tuple(
        replace(one, position=position if at == 0 else Position.WORKS, since=since)
        for at, one in enumerate(found.components)
    )
    return replace(found, components=parts, maintenances=())


def window(starts, *, lasts=timedelta(hours=2), **more):
    facts = {
        "uid": "m1",
        "components": (),
        "titles": {},
        "effect": Position.INTERRUPTED,
        "starts_at": starts,
        "ends_at": starts + lasts,
        "announced_at": AT,
        "changed_at": AT,
    }
    return Maintenance(**facts | more)


def test_nothing_published_and_nothing_wrong_are_not_spoken_of():
    assert state_phrases(None, at=AT) == ()
    assert state_phrases(with_position(Position.WORKS, since=AT), at=AT) == ()


def test_the_worst_component_is_said_with_the_time_of_today():
    found = with_position(Position.INTERRUPTED, since=AT - timedelta(minutes=55))

    assert state_phrases(found, at=AT) == (
        "state-interrupted",
        "state-as-of",
        "hour-9",
        "minute-5",
    )


def test_a_time_of_yesterday_is_not_said():
    found = with_position(Position.SLOWED, since=AT - timedelta(days=1))

    assert state_phrases(found, at=AT) == ("state-slowed",)


def test_a_maintenance_is_said_from_two_days_before_until_its_end():
    starts = AT + timedelta(hours=47)
    planned = replace(with_position(Position.WORKS, since=AT), maintenances=(window(starts),))

    said = state_phrases(planned, at=AT)

    assert said[:4] == ("state-maintenance", "weekday-3", "day-3", "month-12")
    assert said[4:] == ("from", "sharp-9", "until", "sharp-11")
    assert state_phrases(planned, at=AT - timedelta(hours=2)) == ()
    assert state_phrases(planned, at=starts + timedelta(hours=3)) == ()


def test_an_end_on_another_day_is_not_said():
    planned = window(AT + timedelta(hours=10), lasts=timedelta(hours=8))
    found = replace(with_position(Position.WORKS, since=AT), maintenances=(planned,))

    assert "until" not in state_phrases(found, at=AT)


@pytest.mark.parametrize(
    "more", [{"state": MaintenanceState.CANCELLED}, {"effect": Position.WORKS}]
)
def test_what_will_not_be_felt_is_not_said(more):
    planned = window(AT + timedelta(hours=3), **more)
    found = replace(with_position(Position.WORKS, since=AT), maintenances=(planned,))

    assert state_phrases(found, at=AT) == ()
