"""What a change does: bulletin + event -> the next bulletin. The one meaning for desk and console.

Pure: no clock, no file. The rules of each kind stand in `interruptions` (`position`, `comment`),
`maintenances` (`maintenance`) and here (`components`, `sentences`, `review`, `day`). A change says
only what it changes: a key that is absent leaves things as they are, an empty text removes one.
What may not be raises `Refused`; the bulletin before it stays as it was.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from vitrine.publication.bulletin import Bulletin, Component, MaintenanceState
from vitrine.publication.events import FIRST, Change, Event, Json, hash_of, instant, sealed
from vitrine.publication.meaning.asked import change_of, moment, only
from vitrine.publication.meaning.components import (
    components_changed,
    first_bulletin,
    sentences_changed,
)
from vitrine.publication.meaning.history import BRUSSELS, begun, carried_on
from vitrine.publication.meaning.interruptions import commented, positioned, reviewed
from vitrine.publication.meaning.maintenances import maintained
from vitrine.publication.refusals import Refused

KEPT = timedelta(days=400)
"""How long what has ended stays in the bulletin."""


def next_event(
    bulletin: Bulletin | None,
    change: Change,
    *,
    at: datetime,
    proof: Json | None = None,
    place: str = "desk",
) -> Event:
    """`change` as the event after `bulletin`, sealed; None: the first event of all.

    It happens at `at`, or a moment after the last publication when the clock has gone back.
    Whether it may be is `apply`'s to say.
    """
    if bulletin is not None:
        at = max(at, bulletin.published_at + timedelta(microseconds=1))
    event = Event(
        version=1 if bulletin is None else bulletin.version + 1,
        at=instant(at),
        change=asdict(change),
        proof=proof,
        place=place,
        prev_hash=FIRST if bulletin is None else bulletin.hash,
    )
    return sealed(event)


def apply(bulletin: Bulletin | None, event: Event) -> Bulletin:
    """The bulletin that `event` makes of `bulletin`. Raises Refused, and nothing else."""
    change = change_of(event.change)
    check_follows(bulletin, event=event, change=change)
    at = moment(event.at, name="at")
    if bulletin is None:
        made = first_bulletin(change.kind, change.body, at=at)
    else:
        if at <= bulletin.published_at:
            raise Refused("broken-chain", about="at")
        made = carried(
            meaning_of(change.kind)(bulletin, change.body, at=at, version=event.version),
            before=bulletin,
            at=at,
        )
    return replace(made, version=event.version, published_at=at, hash=event.hash)


def check_follows(bulletin: Bulletin | None, *, event: Event, change: Change) -> None:
    """Check the place of `event` in the chain. Raises Refused."""
    version, before = (0, FIRST) if bulletin is None else (bulletin.version, bulletin.hash)
    if change.from_version != version:
        raise Refused("stale-version")
    if event.version != version + 1 or event.prev_hash != before:
        raise Refused("broken-chain")
    try:
        whole = event.hash == hash_of(asdict(event))
    except (TypeError, ValueError, RecursionError):
        raise Refused("malformed") from None
    if not whole:
        raise Refused("broken-chain", about="hash")


Meaning = Callable[..., Bulletin]


def meaning_of(kind: str) -> Meaning:
    """What a change of `kind` does. Raises Refused (`unknown-kind`)."""
    try:
        return MEANINGS[kind]
    except KeyError:
        raise Refused("unknown-kind", about=kind[:40]) from None


def day_begun(bulletin: Bulletin, body: Json, *, at: datetime, **_when: object) -> Bulletin:
    """Nothing but a new day in the history: for a night in which nobody changed a thing."""
    only(body)
    if at.astimezone(BRUSSELS).date() == bulletin.published_at.astimezone(BRUSSELS).date():
        raise Refused("nothing-changes")
    return bulletin


MEANINGS: dict[str, Meaning] = {
    "position": positioned,
    "comment": commented,
    "maintenance": maintained,
    "review": reviewed,
    "components": components_changed,
    "sentences": sentences_changed,
    "day": day_begun,
}


def carried(made: Bulletin, *, before: Bulletin, at: datetime) -> Bulletin:
    """`made`, with the past of its components brought up to `at`, without what is long over."""
    known = {component.code: component for component in before.components}

    def brought_up(component: Component) -> Component:
        """`component` with its past."""
        if component.code not in known:
            return begun(component)
        return carried_on(component, before=known[component.code], since=before.published_at, at=at)

    oldest = at - KEPT
    over = (MaintenanceState.ENDED, MaintenanceState.CANCELLED)
    return replace(
        made,
        components=tuple(brought_up(component) for component in made.components),
        interruptions=tuple(
            each for each in made.interruptions if each.ended_at is None or each.ended_at > oldest
        ),
        maintenances=tuple(
            each for each in made.maintenances if each.state not in over or each.ends_at > oldest
        ),
    )
