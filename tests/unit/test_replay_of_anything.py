"""No sequence of changes, sensible or not, breaks what holds of every bulletin."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.keys import a_change
from tests.public_state import BEGIN, first, said
from vitrine.publication.bulletin import Phase, Position
from vitrine.publication.events import instant
from vitrine.publication.meaning.asked import LANGUAGES
from vitrine.publication.refusals import Refused
from vitrine.publication.replay import MEANINGS, apply, next_event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOWN = {"position": "interrupted", "sub_reason": ""}
SLOW = {"position": "slowed", "sub_reason": "slow"}
WORKS = {"position": "works", "sub_reason": ""}
WINDOW = {
    "kind": "maintenance",
    "action": "announce",
    "uid": "m1@register.example",
    "components": ["core"],
    "titles": said("Work"),
    "effect": "interrupted",
    "starts_at": instant(BEGIN + DAY),
    "ends_at": instant(BEGIN + DAY + 2 * HOUR),
}

BODIES = some.recursive(
    some.one_of(
        some.none(),
        some.booleans(),
        some.integers(-5, 2**70),
        some.text(max_size=8),
        some.sampled_from(["core", "photos", "works", "slow", "resolved", "new", "begin", "m1"]),
    ),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3),
        some.dictionaries(
            some.sampled_from(
                [
                    "components",
                    "comments",
                    "expected_end",
                    "phase",
                    "meanwhile",
                    "interruption",
                    "action",
                    "uid",
                    "titles",
                    "texts",
                    "effect",
                    "starts_at",
                    "ends_at",
                    "review",
                    "core",
                    "position",
                    "sub_reason",
                    "fr",
                    "nl",
                    "names",
                    "code",
                    "order",
                    "desk",
                    "register_names",
                    "sentences",
                ]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)
TEXTS = some.dictionaries(some.sampled_from(LANGUAGES), some.text(max_size=300), max_size=3)
TARGETS = some.sampled_from([DOWN, SLOW, WORKS, {"position": "slowed", "sub_reason": "partial"}])
SAID = {
    "comments": TEXTS,
    "phase": some.sampled_from(["", *Phase]),
    "interruption": some.sampled_from([None, "new", "2026-11-23-1", "2026-11-24-1"]),
    "expected_end": some.one_of(
        some.none(), some.integers(-3, 90).map(lambda hours: instant(BEGIN + hours * HOUR))
    ),
}
MOVES = some.fixed_dictionaries(
    {"components": some.dictionaries(some.sampled_from(["core", "photos"]), TARGETS)},
    optional=SAID,
).map(lambda body: ("position", body))
TALKS = some.fixed_dictionaries({}, optional=SAID).map(lambda body: ("comment", body))
STEPS = some.sampled_from(["announce", "change", "begin", "end", "cancel"]).map(
    lambda action: (
        "maintenance",
        {key: WINDOW[key] for key in WINDOW if key != "kind"} | {"action": action}
        if action in ("announce", "change")
        else {"action": action, "uid": WINDOW["uid"]},
    )
)
NIGHTS = some.just(("day", {}))
NONSENSE = some.tuples(
    some.sampled_from([*MEANINGS, "dance"]),
    BODIES.filter(lambda body: isinstance(body, dict)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.lists(
        some.tuples(
            some.one_of(MOVES, MOVES, TALKS, STEPS, NIGHTS, NONSENSE),
            some.integers(0, 40),
        ),
        max_size=12,
    )
)
def test_no_sequence_of_changes_raises_anything_but_refused_or_breaks_what_holds(changes):
    state = first()
    for (kind, body), hours in changes:
        at = state.published_at + hours * HOUR
        event = next_event(state, a_change(kind, body, after=state, at=at), at=at)
        try:
            state = apply(state, event)
        except Refused:
            continue
        assert state.hash == event.hash
        assert_holds(state)


def assert_holds(state):
    """What is true of every bulletin."""
    opened = [each for each in state.interruptions if each.ended_at is None]
    members = [code for each in opened for code in each.components]
    assert len(members) == len(set(members))  # in one open interruption at most
    troubled = {each.code for each in state.components if each.position.severity}
    assert troubled <= set(members)
    for each in opened:
        assert troubled & set(each.components)  # open means that something of it does not work
        assert each.updates
        assert each.updates[-1].phase is not Phase.RESOLVED
    for each in state.interruptions:
        assert each.ended_at is None or each.ended_at >= each.began_at
        assert [update.at for update in each.updates] == sorted(u.at for u in each.updates)
        assert each.worst.severity == max(update.position.severity for update in each.updates)
    assert len({each.code for each in state.interruptions}) == len(state.interruptions)
    assert state.position.severity == max(each.position.severity for each in state.components)
    assert all(len(text) <= 280 for text in state.comments.values())
    for each in state.components:
        assert len(each.days) == 90
        assert each.days[-1] >= each.position.severity
        assert all(0 <= down <= seen for _year, seen, down in each.observed)
    if state.position is Position.WORKS:
        assert state.expected_end is None
