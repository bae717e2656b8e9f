"""The mail door: SMTP and LMTP in, raw bytes into the database, and only then 250.

When the database is away the message goes into an fsynced spool; when that fails too
the sender is told to try again later. The event loop only moves bytes: whatever may
wait (database, disk) runs in threads.
"""

import asyncio
import errno
import logging
import re
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import uuid4

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.conf import settings
from django.db import Error, OperationalError, close_old_connections, connection

from vitrine.channels.mail import spool
from vitrine.channels.mail.spool import Received
from vitrine.correspondence.actions import Delivery, store_arrivals
from vitrine.correspondence.choices import Channel
from vitrine.kernel.clock import now

DATABASE_PATIENCE = 4.0
"""Seconds until a database that does not answer counts as away; large messages get more."""
BYTES_PER_SECOND = 2 * 2**20
"""What even a busy machine stores."""
DRAIN_EVERY = 2.0
"""Seconds between looks into the spool."""
STORING_THREADS = 2
USUALLY_STORED = 0.1
"""Seconds; a group that takes longer is overtaken by the next one."""
MOST_TOGETHER = 50
MOST_BYTES_TOGETHER = 8 * 2**20
IDLE_TIMEOUT = 300.0
"""Seconds after which a silent sender is told good-bye."""
MAX_RECIPIENTS = 500

TAKEN = "250 2.0.0 Taken, thank you: {reception}"
LATER = "451 4.3.0 We cannot store your message at the moment. Please try again later."
FULL = "452 4.3.1 Our disk is full at the moment. Please try again later."
NOT_HERE = "550 5.1.1 We take no mail for {address}."
TOO_LARGE = "552 5.3.4 The message is larger than {limit} MB. Please send less at once."
TOO_MANY = "452 4.5.3 Too many recipients in one message."

_END = b"\r\n.\r\n"
_DOT = re.compile(rb"(?:^|(?<=\r\n))\.")
_PIECE = 2**20

log = logging.getLogger(__name__)


def store(received: Sequence[Received]) -> None:
    """Put them into the database with one commit; again with the same reception: nothing."""
    close_old_connections()
    try:
        store_arrivals([_delivery(each) for each in received])
    except Error:
        connection.close()
        raise


def _delivery(received: Received) -> Delivery:
    return Delivery(
        raw=received.raw,
        channel=Channel.MAIL,
        reception=received.reception,
        envelope_from=received.envelope_from,
        envelope_to=received.envelope_to,
        received_at=received.received_at,
    )


class Gathering:
    """Messages that arrive at the same time are stored with one commit.

    While some are being stored the next ones gather, so that a busy door makes few commits
    and few jobs; nobody waits for company, nor long behind what is slow.
    """

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._waiting: list[tuple[Received, asyncio.Future[None]]] = []
        self._storing: set[asyncio.Task[None]] = set()
        self._busy = 0

    def store(self, received: Received) -> "asyncio.Future[None]":
        """Done when `received` is committed; fails as `store` does."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((received, stored))
        if not self._busy:
            self._begin()
        elif len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(USUALLY_STORED, self._overtake)
        return stored

    def _overtake(self) -> None:
        if self._waiting and self._busy < STORING_THREADS:
            self._begin()

    def _begin(self) -> None:
        self._busy += 1
        task = asyncio.create_task(self._store_waiting())
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _store_waiting(self) -> None:
        try:
            while self._waiting:
                await self._store_group(self._next_group())
        finally:
            self._busy -= 1

    async def _store_group(self, group: "list[tuple[Received, asyncio.Future[None]]]") -> None:
        try:
            await self._in_thread([received for received, _stored in group])
        except Exception as error:  # noqa: BLE001 - each is told, or tried alone
            await self._store_one_by_one(group, error=error)
        else:
            for _received, stored in group:
                _settle(stored)

    def _next_group(self) -> "list[tuple[Received, asyncio.Future[None]]]":
        size = count = 0
        for received, _stored in self._waiting[:MOST_TOGETHER]:
            size += len(received.raw)
            if count and size > MOST_BYTES_TOGETHER:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    async def _store_one_by_one(
        self, group: "list[tuple[Received, asyncio.Future[None]]]", *, error: Exception
    ) -> None:
        """One that cannot be stored must not take the others with it."""
        for received, stored in group:
            if len(group) > 1 and not isinstance(error, OperationalError):
                try:
                    await self._in_thread([received])
                except Exception as own:  # noqa: BLE001 - told to whoever waits
                    _settle(stored, error=own)
                else:
                    _settle(stored)
            else:
                _settle(stored, error=error)

    async def _in_thread(self, received: list[Received]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, store, received)


def _settle(stored: "asyncio.Future[None]", *, error: Exception | None = None) -> None:
    if stored.done():
        return
    if error is None:
        stored.set_result(None)
    else:
        stored.set_exception(error)


def is_for_us(address: str) -> bool:
    """Whether we take mail for `address`; without a list of domains, for every address."""
    domains = getattr(settings, "MAIL_DOMAINS", ())
    return not domains or address.rpartition("@")[2].lower() in domains


def is_full(error: BaseException) -> bool:
    """Whether `error` says that there is no room, on the disk or in the quota."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


class Door:
    """What happens between the commands of a sender; aiosmtpd calls the `handle_` methods."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="store")
        self.gathering = Gathering(self.threads)
        self.disk = ThreadPoolExecutor(2, thread_name_prefix="spool")
        self.database_is_away = False
        self.ended = asyncio.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Take a recipient, or say why not."""
        if not is_for_us(address):
            return NOT_HERE.format(address=address)
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store the message for good, then say so; one answer per recipient for LMTP."""
        answer = await self.take(envelope, received_at=now())
        if isinstance(server, LMTP):
            return "\r\n".join([answer] * max(1, len(envelope.rcpt_tos)))
        return answer

    async def take(self, envelope: Envelope, *, received_at: datetime) -> str:
        """The answer for a message that has arrived completely."""
        content = envelope.original_content or envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        received = Received(
            reception=uuid4(),
            envelope_from=(envelope.mail_from or "").removeprefix("<>"),
            envelope_to=tuple(envelope.rcpt_tos),
            received_at=received_at,
            raw=raw,
        )
        try:
            await self.keep(received)
        except Exception as error:
            log.exception("A message could be stored neither in the database nor on the disk")
            return FULL if is_full(error) else LATER
        return TAKEN.format(reception=received.reception)

    async def keep(self, received: Received) -> None:
        """Into the database, else into the spool; both may end up with it, as one arrival."""
        loop = asyncio.get_running_loop()
        if not self.database_is_away:
            storing = self.gathering.store(received)
            try:
                patience = DATABASE_PATIENCE + len(received.raw) / BYTES_PER_SECOND
                await asyncio.wait_for(asyncio.shield(storing), patience)
            except (TimeoutError, Error, OSError) as error:
                log.warning("The database is away (%r): messages go into the spool", error)
                self.database_is_away = True
                storing.add_done_callback(_forget)
            else:
                return
        await loop.run_in_executor(self.disk, spool.put_aside, received)

    async def drain(self) -> None:
        """Move what waits in the spool into the database, for as long as the door is open."""
        loop = asyncio.get_running_loop()
        while not self.ended.is_set():
            try:
                await loop.run_in_executor(self.threads, drain_once)
                self.database_is_away = False
            except (Error, OSError) as error:
                self.database_is_away = True
                log.info("The database is still away: %s", error)
            await _pause(self.ended, seconds=DRAIN_EVERY)


def drain_once() -> int:
    """Move every message of the spool into the database; how many. Raises Error when it is away."""
    count = 0
    if not spool.waiting():
        check_database()
        return 0
    for place, received in spool.readable():
        store([received])
        spool.remove(place)
        count += 1
    return count


def check_database() -> None:
    """Raise Error unless the database answers."""
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        raise


def _forget(storing: "asyncio.Future[None]") -> None:
    """A late answer of the database is of no interest: the spool has the message too."""
    if not storing.cancelled():
        storing.exception()


async def _pause(ended: asyncio.Event, *, seconds: float) -> None:
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return


class _WholeMessage(SMTP):
    """DATA read in large pieces: fast, and no line is too long, whatever ends it.

    Only <CR><LF>.<CR><LF> ends a message, so that nothing can be smuggled behind it.
    """

    line_length_limit = _PIECE  # also how much is read ahead

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the message and have it stored."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        if content is None:
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            await self.push(TOO_LARGE.format(limit=settings.MAX_MESSAGE_BYTES // 2**20))
            return
        self.envelope.content = self.envelope.original_content = content
        answer = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(answer)

    async def _content(self) -> bytes | None:
        """The message without its dots; None: it was too large (but read to its end)."""
        taken = bytearray(b"\r\n")
        is_too_large = False
        while True:
            piece = await self._reader.read(_PIECE)
            if not piece:
                raise asyncio.CancelledError  # the sender went away: nothing was promised
            looked_at = max(0, len(taken) - len(_END))
            taken += piece
            self._reset_timeout()
            end = taken.find(_END, looked_at)
            if end >= 0:
                break
            if len(taken) > settings.MAX_MESSAGE_BYTES:
                is_too_large = True
                del taken[: -len(_END)]
        rest = bytes(taken[end + len(_END) :])
        if rest and not self._reader.at_eof():
            self._reader.feed_data(rest)  # nothing can have come in between: no await
        if is_too_large or end > settings.MAX_MESSAGE_BYTES:
            return None
        return _DOT.sub(b"", bytes(taken[2 : end + 2]))


class Smtp(_WholeMessage):
    """SMTP as we speak it."""


class Lmtp(_WholeMessage, LMTP):
    """LMTP as we speak it."""


def _options() -> dict[str, Any]:
    return {
        "data_size_limit": settings.MAX_MESSAGE_BYTES,
        "enable_SMTPUTF8": True,
        "decode_data": False,
        "timeout": IDLE_TIMEOUT,
        "ident": "Vitrine mail door",
        "hostname": settings.DESK_ADDRESS.rpartition("@")[2],
    }


async def listen(host: str, *, smtp_port: int, lmtp_port: int | None = None) -> None:
    """Take mail until SIGTERM or SIGINT. Raises OSError when a port is taken."""
    loop = asyncio.get_running_loop()
    door = Door()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, door.ended.set)
    servers = [
        await loop.create_server(
            lambda: Smtp(door, **_options()), host=host, port=smtp_port, backlog=200
        )
    ]
    if lmtp_port is not None:
        servers.append(
            await loop.create_server(
                lambda: Lmtp(door, **_options()), host=host, port=lmtp_port, backlog=200
            )
        )
    draining = asyncio.create_task(door.drain())
    await door.ended.wait()
    for server in servers:
        server.close()
    await draining
    door.threads.shutdown(wait=False, cancel_futures=True)


def serve(host: str, *, smtp_port: int, lmtp_port: int | None = None) -> None:
    """Open the door and stay until the process is told to end. Raises OSError: port taken."""
    asyncio.run(listen(host, smtp_port=smtp_port, lmtp_port=lmtp_port))
