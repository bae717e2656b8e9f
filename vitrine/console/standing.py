"""What is true now, from files alone: what is public, what the application decided, our journal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vitrine.console.export import Knowledge
from vitrine.console.journal import EVENTS, kept_events, set_aside
from vitrine.console.options import Options
from vitrine.console.refusals import ConsoleRefused
from vitrine.publication import current, current_event
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.chain import last_version, path_of
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event
from vitrine.publication.meaning.asked import moment
from vitrine.publication.proof import check_proof, decode_bytes
from vitrine.publication.refusals import Refused
from vitrine.publication.replay import apply
from vitrine.publication.versions import CURRENT


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The last bulletin, and how it came about."""

    bulletin: Bulletin
    public_version: int
    """What the public reads; less than that of the bulletin: it is still to be published."""
    events: tuple[Event, ...]
    """Those that are known here, in order: of the export, public, of the journal."""

    @property
    def is_public(self) -> bool:
        """Whether the public reads it."""
        return self.public_version >= self.bulletin.version

    @property
    def event(self) -> Event | None:
        """The event that made the bulletin."""
        return next((each for each in self.events if each.hash == self.bulletin.hash), None)

    def untold(self, directory: Path) -> list[Event]:
        """The events up to the bulletin that the published chain does not tell yet."""
        told = last_version(directory / CURRENT)
        return [each for each in self.events if told < each.version <= self.bulletin.version]

    def counter(self, credential_id: str) -> int:
        """The highest count of a key in the events that are known here."""
        return max(
            (
                counted(each)
                for each in self.events
                if each.proof and each.proof.get("credential_id") == credential_id
            ),
            default=0,
        )


def counted(event: Event) -> int:
    """The counter that a key told when it signed `event`; 0 when it is not readable."""
    try:
        return int.from_bytes(decode_bytes((event.proof or {})["authenticator_data"])[33:37], "big")
    except (KeyError, ValueError):
        return 0


def standing(knowledge: Knowledge | None, *, options: Options) -> Standing:
    """What is true now. Raises ConsoleRefused when nothing was ever published.

    What is public wins; what the application had decided after it, and what this console wrote
    down after that, are followed where they fit.
    """
    public, public_event = published(options.site.directory)
    decided = knowledge.bulletin if knowledge else None
    begin = decided if is_newer(decided, than=public) else public
    if begin is None:
        raise ConsoleRefused("nothing-published")
    known = [*(knowledge.events if knowledge else ()), *([public_event] if public_event else [])]
    journal = [
        event
        for event in kept_events(options.directory / EVENTS)
        if knowledge and is_proven(event, knowledge=knowledge, options=options)
    ]
    bulletin = followed(begin, journal)
    return Standing(
        bulletin=bulletin,
        public_version=public.version if public else 0,
        events=in_order([*known, *journal], until=bulletin),
    )


def is_proven(event: Event, *, knowledge: Knowledge, options: Options) -> bool:
    """Whether a key of its editor has signed an event of the journal.

    Who can write the file could write anything into it; only what is signed is followed.
    """
    proof = event.proof or {}
    editor = knowledge.called(str(event.change.get("actor", "")))
    keys = {key.credential_id: key for key in editor.keys} if editor else {}
    key = keys.get(str(proof.get("credential_id", "")))
    try:
        check_proof(
            event.change,
            proof,
            # Its counter has moved on since, and it may have been revoked since.
            key=replace(key, counter=0, revoked=False) if key else None,
            rp_id=options.rp_id,
            origins=[str(proof.get("origin", ""))],
            at=moment(event.at),
            models=options.models,
        )
    except Refused:
        return False
    return True


def published(directory: Path) -> tuple[Bulletin | None, Event | None]:
    """What the public reads; None where it cannot be read."""
    try:
        return current(directory), current_event(directory)
    except (Unreadable, OSError):
        return None, None


def is_newer(bulletin: Bulletin | None, *, than: Bulletin | None) -> bool:
    """Whether `bulletin` is there and later than the other."""
    return bulletin is not None and (than is None or bulletin.version > than.version)


def followed(begin: Bulletin, events: Iterable[Event]) -> Bulletin:
    """`begin` after those of the events that follow from it."""
    bulletin = begin
    for event in events:
        if event.version != bulletin.version + 1:
            continue
        try:
            bulletin = apply(bulletin, event)
        except Refused:
            continue  # it stands in another branch, see `put_aside_lost`
    return bulletin


def in_order(events: Sequence[Event], *, until: Bulletin) -> tuple[Event, ...]:
    """The events by version, each once, walked back from `until`; nothing of other branches."""
    by_hash = {event.hash: event for event in events}
    found: list[Event] = []
    wanted = until.hash
    while (event := by_hash.get(wanted)) is not None:
        found.append(event)
        wanted = event.prev_hash
    return tuple(reversed(found))


def put_aside_lost(state: Standing, *, options: Options) -> list[Event]:
    """Mark those events of the journal in whose place another one is public; which they are."""
    there = {event.hash for event in state.events}
    lost = [
        event
        for event in kept_events(options.directory / EVENTS)
        if event.version <= state.public_version
        and event.hash not in there
        and not is_told(event, directory=options.site.directory)
    ]
    for event in lost:
        set_aside(event, directory=options.directory, why="stale-version")
    return lost


def is_told(event: Event, *, directory: Path) -> bool:
    """Whether the published chain has exactly this event."""
    try:
        text = (directory / CURRENT / path_of(event.version)).read_bytes()
        return event.hash.encode() in text
    except OSError:
        return False
