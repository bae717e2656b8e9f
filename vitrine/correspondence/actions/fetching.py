"""What the process `fetch` writes: messages with the place reached in the mailbox, how it goes.

A message and the UID up to which everything is stored are committed together, so that a
killed process repeats nothing and leaves nothing out. What is still to be marked on the
server is committed with them as well, and forgotten when the server has marked it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from vitrine.correspondence.actions.arrivals import (
    LARGE,
    defer_handling,
    storable,
    store_large,
)
from vitrine.correspondence.choices import ArrivalOutcome, Channel, MailboxStart
from vitrine.correspondence.models import Arrival, Mailbox, MailboxState
from vitrine.correspondence.rules import message_id_of
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import without_controls

MAX_WORDS = 500
"""Characters of what a server said that we keep."""
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as a mail server gave it to us."""

    uid: int
    raw: bytes
    received_at: datetime
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    is_seen: bool = False
    quarantine: str = ""
    """Why only its headers were fetched; blank: it is complete."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """What the server gave, and the row that it becomes."""

    message: Fetched
    arrival: Arrival


@transaction.atomic
def begin_folder(mailbox: Mailbox, *, uid_validity: int, next_uid: int) -> MailboxState:
    """Note the UIDVALIDITY that the server tells; the state as it is then.

    For the first time: what is there already is taken as `mailbox.start` says. Changed: the
    server has numbered anew, so everything is looked at again, and what we have is known
    by its content.
    """
    state = MailboxState.objects.select_for_update().get(mailbox=mailbox)
    if state.uid_validity == uid_validity:
        return state
    last = max(0, next_uid - 1)
    if state.uid_validity is None:
        state.last_uid = last if mailbox.start == MailboxStart.NEW else 0
        state.unread_until = last if mailbox.start == MailboxStart.UNREAD else 0
        state.known_until = 0
    else:
        before = state.uid_validity
        record("mailbox.numbered_anew", subject=mailbox, by=None, before=before, after=uid_validity)
        state.last_uid, state.unread_until, state.known_until = 0, 0, last
    state.uid_validity, state.to_mark = uid_validity, []
    state.save()
    return state


@transaction.atomic
def store_fetched(
    mailbox: Mailbox,
    *,
    uid_validity: int,
    messages: Sequence[Fetched],
    last_uid: int,
    backlog: int,
) -> list[int]:
    """Store `messages` with all that follows from having them; the UIDs to mark now.

    last_uid  every message up to here is in `messages`, was stored before, or is not wanted
    backlog   how many are still on the server

    The same message twice, from whichever process: stored once.
    """
    state = MailboxState.objects.select_for_update().get(mailbox=mailbox)
    if state.uid_validity != uid_validity:
        return []
    pairs = [_pair(mailbox, message=message, uid_validity=uid_validity) for message in messages]
    stored = _stored(pairs, state=state)
    foreign = [
        pair
        for pair in pairs
        if pair.message.uid not in stored
        and _is_foreign(pair.message, mailbox=mailbox, state=state)
    ]
    left_alone = {pair.message.uid for pair in foreign}
    fresh = [pair for pair in pairs if pair.message.uid not in stored | left_alone]
    _store(fresh)
    left_alone |= {pair.message.uid for pair in pairs if pair.message.quarantine}
    state.to_mark = sorted({*state.to_mark, *({each.uid for each in messages} - left_alone)})
    _note_progress(state, count=len(fresh), last_uid=last_uid, backlog=backlog)
    return list(state.to_mark)


def _pair(mailbox: Mailbox, *, message: Fetched, uid_validity: int) -> _Pair:
    """The row of a message; its reception says where it lay, so that it is stored once."""
    sha256 = hashlib.sha256(message.raw).hexdigest()
    at = now()
    arrival = Arrival(
        reception=uuid5(NAMESPACE_URL, f"imap:{mailbox.pk}:{uid_validity}:{message.uid}:{sha256}"),
        channel=Channel.MAIL,
        mailbox=mailbox,
        received_at=min(message.received_at, at),
        envelope_from=storable(message.envelope_from)[:320],
        envelope_to=[storable(address) for address in message.envelope_to],
        raw=message.raw if len(message.raw) < LARGE else b"",
        sha256=sha256,
        message_id=storable(message_id_of(message.raw))[:998],
    )
    if message.quarantine:
        arrival.handled_at, arrival.outcome = at, ArrivalOutcome.QUARANTINED
        arrival.reason = message.quarantine
    return _Pair(message, arrival)


def _stored(pairs: Sequence[_Pair], *, state: MailboxState) -> set[int]:
    """The UIDs of messages that we have: by their place, after a new numbering by content."""
    receptions = set(
        Arrival.objects.filter(
            reception__in=[pair.arrival.reception for pair in pairs]
        ).values_list("reception", flat=True)
    )
    maybe = [pair for pair in pairs if pair.message.uid <= state.known_until]
    contents = set(
        Arrival.objects.filter(
            mailbox=state.mailbox_id, sha256__in=[pair.arrival.sha256 for pair in maybe]
        ).values_list("sha256", flat=True)
        if maybe
        else ()
    )
    by_content = {pair.message.uid for pair in maybe if pair.arrival.sha256 in contents}
    return by_content | {pair.message.uid for pair in pairs if pair.arrival.reception in receptions}


def _is_foreign(message: Fetched, *, mailbox: Mailbox, state: MailboxState) -> bool:
    """Whether it was there before us and nobody wanted it, seen again under a new number."""
    if message.uid > state.known_until or mailbox.start == MailboxStart.ALL:
        return False
    was_wanted = mailbox.start == MailboxStart.UNREAD and not message.is_seen
    return message.received_at < mailbox.created_at - _SLACK and not was_wanted


def _store(pairs: Sequence[_Pair]) -> None:
    """All rows in one statement; what is large by a statement of its own; then the jobs."""
    Arrival.objects.bulk_create([pair.arrival for pair in pairs])
    for pair in pairs:
        if len(pair.message.raw) >= LARGE:
            store_large(pair.arrival, raw=pair.message.raw)
        if pair.message.quarantine:
            reason = pair.message.quarantine
            record("arrival.quarantined", subject=pair.arrival, by=None, reason=reason)
    to_handle = [pair.arrival for pair in pairs if not pair.message.quarantine]
    defer_handling(to_handle)


def _note_progress(state: MailboxState, *, count: int, last_uid: int, backlog: int) -> None:
    at = now()
    state.last_uid = max(state.last_uid, last_uid)
    state.fetched += count
    state.fetched_at = at if count else state.fetched_at
    state.looked_at = at
    state.backlog_since = (state.backlog_since or at) if backlog else None
    state.backlog = backlog
    state.save()


@transaction.atomic
def note_marked(mailbox: Mailbox, *, uids: Sequence[int], refusal: str = "") -> None:
    """The server has marked `uids`, or refuses to (it is not asked again for these)."""
    state = MailboxState.objects.select_for_update().get(mailbox=mailbox)
    state.to_mark = sorted(set(state.to_mark) - set(uids))
    if refusal and not state.marking_refused:
        record("mailbox.marking_refused", subject=mailbox, by=None, words=refusal)
    state.marking_refused = _words(refusal)
    state.save(update_fields=["to_mark", "marking_refused"])


@transaction.atomic
def note_look(
    mailbox: Mailbox,
    *,
    backlog: int | None = None,
    waits_by_idle: bool | None = None,
    is_read_only: bool | None = None,
) -> None:
    """The server answers: whatever failed before is over.

    None: unchanged. The journal tells when a failure ends.
    """
    state = MailboxState.objects.select_for_update().get(mailbox=mailbox)
    at = now()
    state.looked_at = at
    if backlog is not None:
        state.backlog_since = (state.backlog_since or at) if backlog else None
        state.backlog = backlog
    if waits_by_idle is not None:
        state.waits_by_idle = waits_by_idle
    if is_read_only is not None:
        state.is_read_only = is_read_only
    if state.failing_since is not None:
        record("mailbox.recovered", subject=mailbox, by=None, since=state.failing_since)
    state.failing_since, state.failure, state.failure_words = None, "", ""
    state.failures, state.retry_at = 0, None
    state.save()


@transaction.atomic
def note_failure(mailbox: Mailbox, *, failure: str, words: str, retry_at: datetime) -> None:
    """It did not work; the journal tells when it begins to fail, or fails for another reason.

    words  what the other side said
    """
    state = MailboxState.objects.select_for_update().get(mailbox=mailbox)
    words = _words(words)
    if state.failure != failure:
        record("mailbox.failed", subject=mailbox, by=None, failure=failure, words=words)
    state.failing_since = state.failing_since or now()
    state.failure, state.failure_words = failure, words
    state.failures += 1
    state.retry_at = retry_at
    state.save(update_fields=["failing_since", "failure", "failure_words", "failures", "retry_at"])


def _words(text: str) -> str:
    return storable(without_controls(text).replace("\n", " "))[:MAX_WORDS]
