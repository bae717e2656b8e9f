"""One look into a folder: what is new is fetched in batches, stored, and only then marked."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from imapclient import SEEN
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from vitrine.channels.mail.mailboxes.client import Client, select
from vitrine.channels.mail.mailboxes.envelopes import envelope_of, headers_of
from vitrine.channels.mail.mailboxes.failures import told, words_of
from vitrine.channels.mail.mailboxes.marking import mark
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.correspondence.actions import (
    Fetched,
    begin_folder,
    note_look,
    note_marked,
    store_fetched,
)
from vitrine.correspondence.choices import AfterFetching
from vitrine.correspondence.models import Mailbox, MailboxState
from vitrine.kernel.clock import now

BATCH = 50
"""Messages that are fetched in one round trip and stored in one transaction."""
BATCH_BYTES = 8 * 2**20
LISTED = 500
"""Messages whose sizes are asked for at once."""
WINDOW = 50_000
"""UIDs that are searched at once: imaplib reads no line over a million bytes."""
WINDOWS = 40
"""More of them than this: no folder is so full, the server has left numbers out."""
PATIENCE = 3
"""How often a connection may end at one message before that message is left out."""
TOO_LARGE = (
    "It has {size} MB, more than the {limit} MB that we take: these are its headers, "
    "the message is still in the mailbox."
)
NOT_GIVEN = (
    "The mail server does not give it to us ({words}): it is still in the mailbox, number {uid}."
)
_TOO_OFTEN = "the connection ended there {count} times"
_SIZE, _DATE, _FLAGS = b"RFC822.SIZE", b"INTERNALDATE", b"FLAGS"
_BODY, _HEADER = b"BODY[]", b"BODY[HEADER]"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the server tells of a message before we fetch it."""

    uid: int
    size: int
    received_at: datetime
    is_seen: bool


@dataclass
class Folder:
    """A selected folder, and what we know of it. Keep one as long as the mailbox is watched."""

    mailbox: Mailbox
    target: Target
    trouble: "Counter[int]" = field(default_factory=Counter)
    """UIDs at which a connection ended."""
    uid_validity: int = 0
    next_uid: int = 1
    is_read_only: bool = False

    def select(self, client: Client) -> None:
        """Open the folder and note how it is numbered. Raises Failed."""
        answer, self.is_read_only = select(client, self.target.folder)
        self.uid_validity = int(answer.get(b"UIDVALIDITY", 1))
        self.next_uid = int(answer.get(b"UIDNEXT", 0))
        with told():
            if not self.next_uid:  # an old server: look for the last one
                self.next_uid = max(client.search("ALL"), default=0) + 1
            begin_folder(self.mailbox, uid_validity=self.uid_validity, next_uid=self.next_uid)

    def look(self, client: Client, *, waits_by_idle: bool) -> int:
        """Fetch everything that is new; how many messages. Raises Failed."""
        with told():
            state = MailboxState.objects.get(mailbox=self.mailbox)
            self._mark(client, uids=state.to_mark)
            todo = self._new(client, state=state)
            note_look(
                self.mailbox,
                backlog=len(todo),
                waits_by_idle=waits_by_idle,
                is_read_only=self.is_read_only,
            )
            for start in range(0, len(todo), LISTED):
                uids = todo[start : start + LISTED]
                self._take(client, uids=uids, behind=len(todo) - start - len(uids))
        return len(todo)

    def _new(self, client: Client, *, state: MailboxState) -> list[int]:
        """The UIDs that are not stored yet and are wanted, ascending."""
        first = state.last_uid + 1
        found: set[int] = set()
        for start, end in _windows(first, min(state.unread_until + 1, self.next_uid)):
            found |= set(client.search(["UID", f"{start}:{end}", "UNSEEN"]))
        first = max(first, state.unread_until + 1)
        for start, end in _windows(first, self.next_uid):
            found |= set(client.search(["UID", f"{start}:{end}"]))
        first = max(first, self.next_uid)
        # `*` is the last message even when it is older: what is not new is left out.
        found |= {uid for uid in client.search(["UID", f"{first}:*"]) if uid >= first}
        return sorted(uid for uid in found if uid > state.last_uid)

    def _take(self, client: Client, *, uids: Sequence[int], behind: int) -> None:
        """Fetch, store and mark `uids`, batch by batch; `behind` come after them."""
        listed = self._listed(client, uids=uids)
        for batch in _batches(listed, is_alone=lambda one: self.trouble[one.uid] > 0):
            left = sum(one.uid > batch[-1].uid for one in listed) + behind
            messages = self._fetched(client, batch=batch)
            to_mark = store_fetched(
                self.mailbox,
                uid_validity=self.uid_validity,
                messages=messages,
                last_uid=batch[-1].uid,
                backlog=left,
            )
            self._mark(client, uids=to_mark)
        if uids and (not listed or listed[-1].uid < uids[-1]):  # gone behind our back
            store_fetched(
                self.mailbox,
                uid_validity=self.uid_validity,
                messages=(),
                last_uid=uids[-1],
                backlog=behind,
            )

    def _listed(self, client: Client, *, uids: Sequence[int]) -> list[Listed]:
        """Size, date and flags of each; messages that are gone meanwhile are left out."""
        told_of = client.fetch(uids, [_SIZE, _DATE, _FLAGS])
        return [
            Listed(
                uid=uid,
                size=int(facts.get(_SIZE) or 0),
                received_at=_instant(facts.get(_DATE)),
                is_seen=SEEN in (facts.get(_FLAGS) or ()),
            )
            for uid, facts in sorted(told_of.items())
        ]

    def _fetched(self, client: Client, *, batch: Sequence[Listed]) -> list[Fetched]:
        """The messages of a batch; when the server refuses them together, each by itself."""
        if batch[0].size > settings.MAX_MESSAGE_BYTES:
            return [self._headers_of(client, batch[0], why=_too_large(batch[0].size))]
        if self.trouble[batch[0].uid] >= PATIENCE:
            words = _TOO_OFTEN.format(count=PATIENCE)
            return [self._message(batch[0], raw=b"", why=_not_given(batch[0], words=words))]
        try:
            given = client.fetch([one.uid for one in batch], [b"BODY.PEEK[]"])
        except (IMAPClientAbortError, OSError):
            self.trouble[batch[0].uid] += 1
            if len(batch) > 1:
                self.trouble.update(one.uid for one in batch[1:])
            raise
        except (IMAPClientError, ValueError, AssertionError) as error:
            if len(batch) > 1:
                return [each for one in batch for each in self._fetched(client, batch=[one])]
            why = _not_given(batch[0], words=words_of(error))
            return [self._headers_of(client, batch[0], why=why)]
        for one in batch:
            self.trouble.pop(one.uid, None)
        bodies = {one: given.get(one.uid, {}).get(_BODY) for one in batch}
        return [self._whole(one, raw=raw) for one, raw in bodies.items() if raw is not None]

    def _whole(self, one: Listed, *, raw: bytes) -> Fetched:
        """The message; only its headers when the server was wrong about its size."""
        if len(raw) <= settings.MAX_MESSAGE_BYTES:
            return self._message(one, raw=raw)
        return self._message(one, raw=headers_of(raw), why=_too_large(len(raw)))

    def _headers_of(self, client: Client, one: Listed, *, why: str) -> Fetched:
        """The headers for the quarantine, as far as the server gives them."""
        try:
            given = client.fetch([one.uid], [b"BODY.PEEK[HEADER]"])
            raw = given.get(one.uid, {}).get(_HEADER) or b""
        except IMAPClientAbortError:
            raise
        except (IMAPClientError, ValueError, AssertionError):
            raw = b""
        return self._message(one, raw=raw[: settings.MAX_MESSAGE_BYTES], why=why)

    def _message(self, one: Listed, *, raw: bytes, why: str = "") -> Fetched:
        sender, to = envelope_of(raw, mailbox=self.target.user)
        return Fetched(
            uid=one.uid,
            raw=raw,
            received_at=one.received_at,
            envelope_from=sender,
            envelope_to=to,
            is_seen=one.is_seen,
            quarantine=why,
        )

    def _mark(self, client: Client, *, uids: Sequence[int]) -> None:
        """Mark what is stored; a folder that we may only read stays as it is."""
        if not uids:
            return
        refusal = ""
        if not self.is_read_only and self.target.after != AfterFetching.KEEP:
            refusal = mark(client, self.target, uids=uids)
        note_marked(self.mailbox, uids=uids, refusal=refusal)


def _windows(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Pairs (first, last) that cover `first` to `end` - 1; one where the numbers have gaps."""
    step = WINDOW if end - first <= WINDOWS * WINDOW else end - first
    for start in range(first, end, step):
        yield start, min(start + step, end) - 1


def _batches(
    listed: Sequence[Listed], *, is_alone: Callable[[Listed], bool]
) -> Iterator[list[Listed]]:
    """Neighbours that are fetched together: not too many, not too large.

    is_alone  whether a message made trouble: it is fetched by itself
    """
    batch: list[Listed] = []
    size = 0
    for one in listed:
        does_not_fit = len(batch) >= BATCH or size + one.size > BATCH_BYTES
        if batch and (does_not_fit or is_alone(one) or is_alone(batch[-1])):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch


def _instant(given: object) -> datetime:
    """INTERNALDATE; now when the server tells none that can be read."""
    if not isinstance(given, datetime):
        return now()
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _too_large(size: int) -> str:
    megabyte = 2**20
    limit = settings.MAX_MESSAGE_BYTES // megabyte
    return TOO_LARGE.format(size=-(-size // megabyte), limit=limit)


def _not_given(one: Listed, *, words: str) -> str:
    return NOT_GIVEN.format(uid=one.uid, words=words[:300])
