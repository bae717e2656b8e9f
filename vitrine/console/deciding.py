"""From "this will be public" to public, without database: password and key, journal, publication.

The same double control as at the desk. The order: lock, check, write down (durably), publish.
Whoever dies in between leaves a journal that says what was decided; the next one publishes it.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from vitrine.console import journal, passwords
from vitrine.console.export import Editor, Knowledge, read_export
from vitrine.console.options import Options
from vitrine.console.pace import is_too_often
from vitrine.console.refusals import ConsoleRefused
from vitrine.console.standing import Standing, put_aside_lost, standing
from vitrine.publication import Published, publish
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.encoding import encoded
from vitrine.publication.errors import OlderVersion, PublicationError
from vitrine.publication.events import Change, Event, Json, instant
from vitrine.publication.meaning.asked import change_of
from vitrine.publication.proof import EnrolledKey, Proven, check_proof
from vitrine.publication.refusals import Refused
from vitrine.publication.replay import apply, next_event

log = logging.getLogger(__name__)

STRANGER = "editor-0"
"""Who types an address that nobody has: his change is shown like any other, and refused."""
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What somebody sent to confirm a change that was shown to him."""

    change: Any
    """`Change` as a dictionary; unchecked."""
    password: str
    answer: Json
    """Of the key: `credential_id`, `client_data`, `authenticator_data`, `signature`."""
    origins: Collection[str]
    address: str
    place: str = "console"
    problem: str = ""
    """What the browser called it when no key answered."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a confirmed change."""

    event: Event
    bulletin: Bulletin
    published: Published | None
    problem: str = ""
    """Why it is not public yet; empty: it is."""


class Console:
    """The emergency console over its files; several may work on the same at once."""

    def __init__(self, options: Options, *, clock: Clock = utc_now) -> None:
        self.options = options
        self.now = clock

    def knowledge(self) -> Knowledge:
        """What the application wrote last. Raises ConsoleRefused."""
        options = self.options
        return read_export(
            options.export, key=options.trust, at=self.now(), oldest=options.oldest_export
        )

    def standing(self, knowledge: Knowledge | None = None) -> Standing:
        """What is true now. Raises ConsoleRefused."""
        return standing(knowledge, options=self.options)

    def prepare(self, kind: str, *, body: Json, actor: str, from_version: int) -> Change:
        """The change that will be shown and signed. Raises Refused or ConsoleRefused."""
        change = Change(
            from_version=from_version,
            kind=kind,
            actor=actor.strip(),
            nonce=token_hex(16),
            issued_at=instant(self.now()),
            body=body,
        )
        self.outcome(change)
        return change

    def outcome(self, change: Change) -> Bulletin:
        """What the public would read after `change`. Raises Refused or ConsoleRefused."""
        state = self.standing(self.knowledge())
        return apply(state.bulletin, next_event(state.bulletin, change, at=self.now()))

    def confirm(self, asked: Confirmation) -> Done:
        """Write the change down and publish it. Raises Refused or ConsoleRefused.

        Every attempt is written down, with its reason.
        """
        refusal, done = "", None
        with journal.alone(self.options.directory):
            try:
                done = self.decided(asked)
            except (Refused, ConsoleRefused) as error:
                refusal = error.code
                raise
            finally:
                self.note(asked, refusal=refusal, done=done)
        return done

    def decided(self, asked: Confirmation) -> Done:
        """The change as an event, public if the disk allows. Raises Refused or ConsoleRefused."""
        at = self.now()
        actor = str(asked.change.get("actor", "")) if isinstance(asked.change, dict) else ""
        attempts = journal.late_attempts(self.options.directory)
        if is_too_often(attempts, actor=actor, address=asked.address, at=at):
            raise ConsoleRefused("too-often")
        knowledge = self.knowledge()
        editor = knowledge.called(actor)
        if not passwords.is_right(asked.password, kept=editor.password if editor else None):
            raise ConsoleRefused("wrong-password")
        assert editor is not None
        state = self.standing(knowledge)
        put_aside_lost(state, options=self.options)
        proven = self.proven(asked, editor=editor, state=state)
        change = change_of(asked.change)
        event = next_event(state.bulletin, change, at=at, proof=proven.proof, place=asked.place)
        bulletin = apply(state.bulletin, event)
        try:
            journal.keep_event(event, directory=self.options.directory)
        except OSError as error:
            raise ConsoleRefused("not-kept", why=str(error)) from error
        return self.made_public(event, bulletin=bulletin, state=state)

    def proven(self, asked: Confirmation, *, editor: Editor, state: Standing) -> Proven:
        """What is kept as proof. Raises Refused or ConsoleRefused."""
        if not asked.answer.get("credential_id"):
            raise ConsoleRefused("wrong-host" if asked.problem == "SecurityError" else "no-key")
        return check_proof(
            asked.change,
            asked.answer,
            key=key_of(editor, asked.answer, state=state),
            rp_id=self.options.rp_id,
            origins=asked.origins,
            at=self.now(),
            models=self.options.models,
        )

    def made_public(self, event: Event, *, bulletin: Bulletin, state: Standing) -> Done:
        """Publish what is written down. Raises Refused when somebody else was quicker."""
        try:
            published = publish(
                bulletin,
                at=self.now(),
                event=event,
                earlier=state.untold(self.options.site.directory),
                site=self.options.site,
            )
        except OlderVersion:
            journal.set_aside(event, directory=self.options.directory, why="stale-version")
            raise Refused("stale-version") from None
        except (PublicationError, OSError) as error:
            return Done(event=event, bulletin=bulletin, published=None, problem=str(error))
        problem = "" if published.seen.is_seen else published.seen.problem
        return Done(event=event, bulletin=bulletin, published=published, problem=problem)

    def publish_again(self) -> Published | None:
        """Publish what is decided and not public yet; None: there is nothing of that kind.

        Raises ConsoleRefused, or PublicationError.
        """
        try:
            knowledge: Knowledge | None = self.knowledge()
        except ConsoleRefused:
            knowledge = None
        with journal.alone(self.options.directory):
            state = self.standing(knowledge)
            put_aside_lost(state, options=self.options)
            if state.is_public:
                return None
            earlier = state.untold(self.options.site.directory)
            return publish(
                state.bulletin,
                at=self.now(),
                event=state.event,
                earlier=earlier,
                site=self.options.site,
            )

    def note(self, asked: Confirmation, *, refusal: str, done: Done | None) -> None:
        """Write the attempt down; a full disk takes nothing from what is public already."""
        change = asked.change if isinstance(asked.change, dict) else {}
        facts = {
            "at": instant(self.now()),
            "actor": readable(change.get("actor")),
            "address": asked.address,
            "place": asked.place,
            "kind": readable(change.get("kind")),
            "credential_id": readable(asked.answer.get("credential_id")),
            "browser": readable(asked.problem),
            "refusal": refusal,
            "version": done.event.version if done else None,
            "problem": done.problem if done else "",
        }
        try:
            journal.note_attempt(self.options.directory, **facts)
        except OSError:
            log.exception("An attempt could not be written down: %s", facts)


def readable(value: object) -> str:
    """At most 254 characters of what somebody sent, fit for a line of the journal."""
    text = value if isinstance(value, str) else ""
    return text[:254].encode(errors="replace").decode()


def key_of(editor: Editor, answer: Json, *, state: Standing) -> EnrolledKey | None:
    """The key of `editor` that answered, with the highest count that is known; None: another's."""
    wanted = answer.get("credential_id")
    for key in editor.keys:
        if key.credential_id == wanted:
            return replace(key, counter=max(key.counter, state.counter(key.credential_id)))
    return None


def shown(change: Change) -> Json:
    """`change` as it is shown, signed and sent back."""
    return dict(encoded(asdict(change)))
