"""What each kind of change does to a bulletin, and that no sequence of them can break it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.keys import a_change
from tests.public_state import BEGIN, first, said
from vitrine.publication.bulletin import (
    Availability,
    MaintenanceState,
    Phase,
    Position,
    SubReason,
)
from vitrine.publication.events import FIRST, instant, sealed
from vitrine.publication.refusals import Refused
from vitrine.publication.replay import apply, next_event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOWN = {"position": "interrupted", "sub_reason": ""}
SLOW = {"position": "slowed", "sub_reason": "slow"}
WORKS = {"position": "works", "sub_reason": ""}


def after(bulletin, *, kind="position", later=HOUR, at=None, **body):
    """The bulletin that a change makes of `bulletin`, an hour later if nothing else is said."""
    at = at or bulletin.published_at + later
    return apply(bulletin, next_event(bulletin, a_change(kind, body, after=bulletin, at=at), at=at))


def refusal(bulletin, **change):
    with pytest.raises(Refused) as refused:
        after(bulletin, **change)
    return refused.value.code


def component(bulletin, code):
    return next(each for each in bulletin.components if each.code == code)


# ------------------------------------------------------------------ positions and the whole


def test_the_whole_is_as_bad_as_its_worst_component():
    state = after(first(), components={"core": SLOW})
    assert state.position is Position.SLOWED
    state = after(state, components={"photos": DOWN})
    assert state.position is Position.INTERRUPTED
    state = after(state, components={"photos": WORKS})
    assert state.position is Position.SLOWED
    assert component(state, "core").sub_reason is SubReason.SLOW


def test_since_tells_of_the_position_and_not_of_its_reason():
    state = after(first(), components={"core": SLOW})
    later = after(state, components={"core": {"position": "slowed", "sub_reason": "partial"}})

    assert component(later, "core").since == component(state, "core").since
    assert component(later, "core").sub_reason is SubReason.PARTIAL


def test_an_interruption_opens_with_the_first_trouble_and_ends_when_all_its_components_work():
    state = after(first(), components={"core": DOWN, "photos": SLOW}, comments=said("Wait"))
    [opened] = state.interruptions
    assert (opened.code, opened.worst) == ("2026-11-23-1", Position.INTERRUPTED)
    assert opened.components == ("core", "photos")
    assert opened.updates[0].phase is Phase.INVESTIGATING

    state = after(state, components={"core": WORKS}, phase="identified")
    [still] = state.interruptions
    assert still.ended_at is None
    assert still.updates[-1].position is Position.SLOWED

    state = after(state, components={"photos": WORKS})
    [ended] = state.interruptions
    assert ended.ended_at == state.published_at
    assert ended.updates[-1].phase is Phase.RESOLVED
    assert [update.version for update in ended.updates] == [2, 3, 4]
    assert (state.comments, state.expected_end) == ({}, None)


def test_a_component_that_fails_while_another_does_begins_an_interruption_of_its_own():
    state = after(first(), components={"core": DOWN})
    state = after(state, components={"photos": DOWN})
    assert [each.components for each in state.interruptions] == [("photos",), ("core",)]
    assert [each.code for each in state.interruptions] == ["2026-11-23-2", "2026-11-23-1"]


def test_a_component_joins_the_interruption_that_the_change_names_or_moves():
    opened = after(first(), components={"core": DOWN})
    named = after(opened, components={"photos": DOWN}, interruption="2026-11-23-1")
    assert [each.components for each in named.interruptions] == [("core", "photos")]

    moved = after(opened, components={"core": SLOW, "photos": DOWN})
    assert [each.components for each in moved.interruptions] == [("core", "photos")]

    apart = after(opened, components={"core": SLOW, "photos": DOWN}, interruption="new")
    assert [each.components for each in apart.interruptions] == [("photos",), ("core",)]


def test_a_component_that_works_again_stays_in_its_interruption_until_that_ends():
    state = after(first(), components={"core": DOWN, "photos": DOWN})
    state = after(state, components={"core": WORKS})
    state = after(state, components={"core": SLOW})
    assert [each.components for each in state.interruptions] == [("core", "photos")]


def test_what_has_ended_never_opens_again():
    state = after(first(), components={"core": DOWN})
    state = after(state, components={"core": WORKS})
    again = after(state, components={"core": DOWN})
    assert [each.code for each in again.interruptions] == ["2026-11-23-2", "2026-11-23-1"]
    code = refusal(state, components={"core": DOWN}, interruption="2026-11-23-1")
    assert code == "interruption-ended"


def test_a_comment_alone_speaks_of_all_that_is_open():
    state = after(first(), components={"core": DOWN})
    state = after(state, components={"photos": SLOW})
    state = after(state, kind="comment", comments=said("Soon"), phase="monitoring")
    assert all(each.updates[-1].phase is Phase.MONITORING for each in state.interruptions)
    assert all(each.updates[-1].comments == said("Soon") for each in state.interruptions)
    assert state.comments == said("Soon")


def test_a_comment_is_possible_while_everything_works():
    state = after(first(), kind="comment", comments={"fr": "Bonjour"})
    assert (state.comments, state.interruptions) == ({"fr": "Bonjour"}, ())
    assert after(state, kind="comment", comments={}).comments == {}


def test_a_comment_has_at_most_280_characters():
    assert after(first(), kind="comment", comments={"de": "ß" * 280})
    assert refusal(first(), kind="comment", comments={"de": "ß" * 281}) == "comment-too-long"
    assert refusal(first(), kind="comment", comments={"es": "hola"}) == "unknown-language"
    assert refusal(first(), kind="comment", comments={"fr": "a\x00b"}) == "malformed"


def test_the_expected_end_of_the_whole_is_the_latest_of_what_makes_it_bad():
    noon = instant(BEGIN + 6 * HOUR)
    state = after(first(), components={"core": DOWN}, expected_end=noon)
    assert state.expected_end == BEGIN + 6 * HOUR
    state = after(state, components={"photos": SLOW}, expected_end=instant(BEGIN + 9 * HOUR))
    assert state.expected_end == BEGIN + 6 * HOUR  # photos is less bad
    state = after(state, components={"core": WORKS})
    assert state.expected_end == BEGIN + 9 * HOUR
    state = after(state, kind="comment", expected_end=None)
    assert state.expected_end is None


def test_an_expected_end_lies_in_the_future_unless_it_stood_there_already():
    past = instant(BEGIN)
    assert refusal(first(), components={"core": DOWN}, expected_end=past) == "expected-end-past"
    soon = instant(BEGIN + 90 * timedelta(minutes=1))
    state = after(first(), components={"core": DOWN}, expected_end=soon)
    later = after(state, later=5 * HOUR, components={"core": SLOW}, expected_end=soon)
    assert later.position is Position.SLOWED  # an estimate that has passed blocks no position


def test_solved_means_that_it_works():
    state = after(first(), components={"core": DOWN})
    assert refusal(state, kind="comment", phase="resolved") == "resolved-too-early"
    assert after(state, components={"core": WORKS}, phase="resolved").interruptions[0].ended_at


def test_the_middle_position_says_why_and_only_it():
    bare = {"position": "slowed", "sub_reason": ""}
    assert refusal(first(), components={"core": bare}) == "sub-reason-missing"
    wrong = {"position": "works", "sub_reason": "slow"}
    assert refusal(first(), components={"core": wrong}) == "sub-reason-misplaced"


def test_nothing_is_published_when_nothing_changes():
    state = after(first(), components={"core": DOWN}, comments=said("Wait"))
    assert refusal(state, components={"core": DOWN}) == "nothing-changes"
    assert refusal(state, components={}, comments=said("Wait")) == "nothing-changes"
    assert refusal(first(), kind="day") == "nothing-changes"


def test_a_review_comes_when_it_is_over():
    state = after(first(), components={"core": DOWN})
    ask = {"kind": "review", "interruption": "2026-11-23-1", "review": {"fr": "Disque plein"}}
    assert refusal(state, **ask) == "still-open"
    state = after(after(state, components={"core": WORKS}), **ask)
    assert state.interruptions[0].review == {"fr": "Disque plein"}
    assert refusal(state, **ask) == "nothing-changes"


# ------------------------------------------------------------------ maintenance

WINDOW = {
    "kind": "maintenance",
    "action": "announce",
    "uid": "m1@register.example",
    "components": ["core"],
    "titles": {"fr": "Entretien", "nl": "Onderhoud", "de": "Wartung"},
    "effect": "interrupted",
    "starts_at": instant(BEGIN + DAY),
    "ends_at": instant(BEGIN + DAY + 2 * HOUR),
}


def step(action, **more):
    return {"kind": "maintenance", "action": action, "uid": WINDOW["uid"], **more}


def test_a_maintenance_is_announced_begun_and_ended():
    state = after(first(), **WINDOW)
    [planned] = state.maintenances
    assert (planned.state, planned.sequence) == (MaintenanceState.ANNOUNCED, 0)
    begun = after(state, later=DAY, **step("begin", position={"components": {"core": DOWN}}))
    assert begun.maintenances[0].began_at == begun.published_at
    assert begun.position is Position.INTERRUPTED
    ended = after(begun, **step("end", position={"components": {"core": WORKS}}))
    assert ended.maintenances[0].state is MaintenanceState.ENDED
    assert ended.position is Position.WORKS
    assert refusal(ended, **step("end")) == "maintenance-over"


def test_the_sequence_of_the_calendar_grows_with_each_change_and_with_cancelling():
    state = after(first(), **WINDOW)
    state = after(state, **step("change", ends_at=instant(BEGIN + DAY + 3 * HOUR)))
    assert state.maintenances[0].sequence == 1
    assert refusal(state, **step("change", effect="interrupted")) == "nothing-changes"
    state = after(state, **step("cancel"))
    assert state.maintenances[0].sequence == 2
    assert state.maintenances[0].state is MaintenanceState.CANCELLED


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"ends_at": instant(BEGIN + DAY)}, "ends-before-start"),
        ({"starts_at": instant(BEGIN - DAY)}, "maintenance-past"),
        ({"components": ["nowhere"]}, "unknown-component"),
        ({"components": []}, "malformed"),
        ({"effect": "catastrophe"}, "unknown-position"),
        ({"titles": {}}, "malformed"),
        ({"uid": "no spaces please"}, "malformed"),
        ({"starts_at": "tomorrow"}, "malformed"),
        ({"starts_at": "0001-01-01T00:00:00.000000Z"}, "malformed"),
        ({"surprise": 1}, "malformed"),
    ],
)
def test_a_window_that_is_none_is_refused(other, code):
    assert refusal(first(), **(WINDOW | other)) == code


def test_a_maintenance_takes_its_steps_in_order():
    assert refusal(first(), **step("begin")) == "unknown-maintenance"
    state = after(first(), **WINDOW)
    assert refusal(state, **WINDOW) == "maintenance-taken"
    assert refusal(state, **step("end")) == "not-begun"
    assert refusal(state, **step("dance")) == "malformed"
    state = after(state, **step("begin"))
    assert refusal(state, **step("cancel")) == "already-begun"
    moved = step("change", starts_at=instant(BEGIN + 2 * DAY), ends_at=instant(BEGIN + 3 * DAY))
    assert refusal(state, **moved) == "already-begun"


# ------------------------------------------------------------------ components, sentences


def test_components_are_renamed_added_and_removed_but_never_while_they_fail():
    state = after(first(), components={"photos": DOWN})
    listed = [{"code": "core", "names": said("Cœur"), "order": 0}]
    assert refusal(state, kind="components", components=listed) == "component-not-working"
    listed += [
        {"code": "photos", "names": said("Images"), "order": 1},
        {"code": "cards", "names": said("Cartes"), "order": 2},
    ]
    state = after(state, kind="components", components=listed)
    assert [each.code for each in state.components] == ["core", "photos", "cards"]
    assert component(state, "photos").position is Position.INTERRUPTED
    assert component(state, "cards").days[-2:] == (Availability.UNKNOWN, Availability.WORKS)


def test_sentences_are_replaced_as_a_whole_and_counted():
    texts = {key: said(f"{key}!") for key in first().sentences.texts}
    state = after(first(), kind="sentences", texts=texts)
    assert state.sentences.revision == 2
    del texts["overrun"]["de"]
    assert refusal(state, kind="sentences", texts=texts) == "sentence-missing"


# ------------------------------------------------------------------ the past


def test_days_are_those_of_brussels_and_each_keeps_its_worst():
    state = first()  # 23 November, 9:00 UTC
    state = after(state, components={"core": DOWN})
    state = after(state, components={"core": WORKS})
    assert component(state, "core").days[-1] is Availability.INTERRUPTED
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 00:30 of the 24th in Brussels
    state = after(state, at=late, components={"core": SLOW})
    assert component(state, "core").days[-2:] == (Availability.INTERRUPTED, Availability.SLOWED)
    state = after(state, later=3 * DAY, components={"core": WORKS})
    assert component(state, "core").days[-4:] == (Availability.SLOWED,) * 4
    state = after(state, later=200 * DAY, kind="day")
    assert component(state, "core").days == (Availability.WORKS,) * 90


def test_availability_counts_what_was_seen_of_each_year():
    state = first()
    state = after(state, at=datetime(2026, 12, 31, 22, 0, tzinfo=UTC), components={"core": DOWN})
    state = after(state, at=datetime(2027, 1, 1, 2, 0, tzinfo=UTC), components={"core": WORKS})
    seen = datetime(2026, 12, 31, 23, 0, tzinfo=UTC) - BEGIN
    [old, new] = component(state, "core").availability
    assert old == (2026, 1 - HOUR / seen)
    assert new == (2027, 0.0)
    state = after(state, later=6 * HOUR, kind="day", at=datetime(2027, 1, 1, 23, 0, tzinfo=UTC))
    assert component(state, "core").availability[-1] == (2027, 1 - 3 / 24)


def test_what_ended_400_days_ago_leaves_the_bulletin():
    state = after(first(), components={"core": DOWN})
    state = after(state, components={"core": WORKS})
    assert after(state, later=399 * DAY, kind="day").interruptions
    assert after(state, later=401 * DAY, kind="day").interruptions == ()


# ------------------------------------------------------------------ the chain


def test_an_event_stands_in_one_place_of_the_chain_only():
    state = first()
    change = a_change("position", {"components": {"core": DOWN}}, after=state, at=BEGIN + HOUR)
    event = next_event(state, change, at=BEGIN + HOUR)
    made = apply(state, event)
    assert (made.version, made.hash) == (2, event.hash)
    with pytest.raises(Refused, match="in the meantime"):
        apply(made, event)
    for wrong in (
        {"version": 3},
        {"prev_hash": FIRST},
        {"at": instant(BEGIN)},
    ):
        with pytest.raises(Refused, match="does not follow"):
            apply(state, sealed(replace(event, **wrong)))
    with pytest.raises(Refused, match="does not follow"):
        apply(state, replace(event, place="elsewhere"))


def test_the_first_change_lays_everything_down():
    body = {"components": {"core": DOWN}}
    event = next_event(None, a_change("position", body, at=BEGIN), at=BEGIN)
    with pytest.raises(Refused, match="first change"):
        apply(None, event)


def test_a_clock_that_goes_back_stops_nobody():
    state = after(first(), at=BEGIN - 5 * DAY, components={"core": DOWN})
    assert state.published_at == BEGIN + timedelta(microseconds=1)
