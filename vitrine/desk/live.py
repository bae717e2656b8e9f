"""The live stream: what changed, told to every signed-in browser.

A small raw ASGI application, without Django's machinery: one PostgreSQL listener
per process wakes all open streams. On the wire goes the kind and number of what
changed, never content; the page then asks for its parts as usual, through access.

    GET /live/?token=...   text/event-stream; `event: change`, `data: tickets.ticket 418`

The token is signed, opens a stream for a minute, and is minted for a signed-in account
(`desk:live-token`). A stream ends after ten minutes, so that a revoked session is out
soon; the browser then asks for a new token and connects again.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.core import signing

CHANNEL = "vitrine_journal"
TOKEN_SECONDS = 60
STREAM_SECONDS = 600
HEARTBEAT_SECONDS = 15
RECONNECT_SECONDS = 1
GATHER_SECONDS = 0.1
"""Changes within this time go out together."""
MOST_WAITING = 200
"""Changes a slow browser may leave unread; beyond, it is told to look at everything."""
EVERYTHING = "everything"
PICTURE = "telephony.floor"
"""How a change of the telephone's picture begins; only the desk has pages that show it."""

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def mint_token(account_id: int, *, is_desk: bool) -> str:
    """A token with which `account_id` may open a stream within TOKEN_SECONDS.

    is_desk  whether the account may learn the numbers of what changed; others are told
             only that something did
    """
    return signing.dumps({"account": account_id, "desk": is_desk}, salt="live")


def read_token(token: str) -> dict[str, Any] | None:
    """What `mint_token` signed; None when it is false or too old."""
    try:
        return dict(signing.loads(token, salt="live", max_age=TOKEN_SECONDS))
    except signing.BadSignature:
        return None


class Stream:
    """The changes that one browser has not been told yet."""

    def __init__(self, *, is_desk: bool) -> None:
        self.is_desk = is_desk
        self.waiting: set[str] = set()
        self.woken = asyncio.Event()

    def tell(self, change: str) -> None:
        """Remember a change, once; too many become one word."""
        if not self.is_desk and change.startswith(PICTURE):
            return
        self.waiting.add(change if self.is_desk else EVERYTHING)
        if len(self.waiting) > MOST_WAITING:
            self.waiting = {EVERYTHING}
        self.woken.set()

    async def gathered(self) -> list[str]:
        """The changes since the last look; empty when HEARTBEAT_SECONDS passed without any."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), HEARTBEAT_SECONDS)
            await asyncio.sleep(GATHER_SECONDS)
        self.woken.clear()
        changes, self.waiting = sorted(self.waiting), set()
        return changes


class Live:
    """The application: one listener, any number of streams."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.listener: asyncio.Task[None] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._begin_listening()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.listener:
                    self.listener.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _begin_listening(self) -> None:
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Wake the streams at each notification, for ever; a lost connection is made anew."""
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(
                    **connection_values(), autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._tell_all(EVERYTHING)  # what happened while nobody listened
                    async for notification in connection.notifies():
                        self._tell_all(notification.payload)
            await asyncio.sleep(RECONNECT_SECONDS)

    def _tell_all(self, change: str) -> None:
        for stream in self.streams:
            stream.tell(change)

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        known = read_token(query.get("token", [""])[0])
        if known is None:
            await _refuse(send)
            return
        self._begin_listening()
        stream = Stream(is_desk=bool(known["desk"]))
        self.streams.add(stream)
        try:
            await _start(send)
            await self._pour(stream, receive=receive, send=send)
        finally:
            self.streams.discard(stream)

    async def _pour(self, stream: Stream, *, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive))
        ends_at = asyncio.get_running_loop().time() + STREAM_SECONDS
        try:
            while not gone.done() and asyncio.get_running_loop().time() < ends_at:
                looking = asyncio.create_task(stream.gathered())
                await asyncio.wait({gone, looking}, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    looking.cancel()
                    return
                await send(
                    {
                        "type": "http.response.body",
                        "body": _lines(looking.result()),
                        "more_body": True,
                    }
                )
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()


def connection_values() -> dict[str, Any]:
    """The database of the settings, as psycopg takes it."""
    database = settings.DATABASES["default"]
    values = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
        "connect_timeout": 5,
    }
    return {name: value for name, value in values.items() if value}


def _lines(changes: list[str]) -> bytes:
    if not changes:
        return b": still here\n\n"
    return "".join(f"event: change\ndata: {change}\n\n" for change in changes).encode()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", b"*"),  # the token is what admits, not a cookie
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"access-control-allow-origin", b"*"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"The token is not valid.\n"})


application = Live()
