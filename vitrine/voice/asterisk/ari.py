"""The connection to Asterisk: events and requests on one websocket, which we open.

Requests go out in the order in which they are asked and are answered in that order; nobody has to
wait for an answer before he asks again. An answer that says no (404: gone, 409: done already,
422: not now) is an outcome like any other, and so is no answer at all: `Reply.status` is 0 then.
Events are handed to `hear` one by one, by a reader that does nothing else.
"""

import asyncio
import itertools
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException

log = logging.getLogger(__name__)

Facts = dict[str, Any]
ANSWERS_WITHIN = 4.0
PING_EVERY = 2.0
PING_WITHIN = 4.0
"""Seconds; then the connection is dead, whatever TCP thinks."""

EVENTS = (
    "ApplicationReplaced",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "ContactStatusChange",
    "PlaybackFinished",
    "RESTResponse",  # the filter counts answers to requests among the events
    "RecordingFailed",
    "RecordingFinished",
    "StasisEnd",
    "StasisStart",
)
"""What we want to hear: eight events a call instead of fifty."""


class NoConnection(Exception):
    """Asterisk does not answer, or not to us."""


@dataclass(frozen=True)
class Reply:
    """The answer to a request."""

    status: int
    """Of HTTP; 0: none came."""
    body: Any = None

    @property
    def is_done(self) -> bool:
        """Whether it is as we wanted it: done now, or before (409)."""
        return 200 <= self.status < 300 or self.status == 409


NO_REPLY = Reply(0)


class Ari:
    """One connection; `connect`, then `hear` events until it ends."""

    def __init__(self, url: str, *, application: str) -> None:
        """`http://name:password@host:port/ari`, the application that calls are handed to."""
        self._url, self.application = url, application
        self._link: ClientConnection | None = None
        self._numbers = itertools.count(1)
        self._asked: dict[str, asyncio.Future[Reply]] = {}
        self._outbox: asyncio.Queue[str] = asyncio.Queue()

    async def connect(self) -> None:
        """Open, and say what we want to hear. Raises NoConnection."""
        parts = urlsplit(self._url)
        key = f"{parts.username or ''}:{parts.password or ''}"
        query = urlencode({"app": self.application, "api_key": key, "subscribeAll": "false"})
        scheme = "wss" if parts.scheme == "https" else "ws"
        address = f"{scheme}://{parts.hostname}:{parts.port or 8088}{parts.path}/events?{query}"
        try:
            self._link = await connect(
                address,
                open_timeout=ANSWERS_WITHIN,
                close_timeout=0.5,
                ping_interval=PING_EVERY,
                ping_timeout=PING_WITHIN,
                max_size=None,
                max_queue=4096,
                compression=None,
                proxy=None,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            raise NoConnection(str(error) or type(error).__name__) from None

    async def hear(self, ear: Callable[[Facts], None]) -> None:
        """Hand over every event until the connection ends; then all open requests have NO_REPLY."""
        assert self._link is not None
        writer = asyncio.create_task(self._write(self._link))
        self._choose_events()
        try:
            async for text in self._link:
                facts = json.loads(text)
                if facts.get("type") == "RESTResponse":
                    self._answered(facts)
                else:
                    ear(facts)
        except (WebSocketException, OSError) as error:
            log.info("The connection to Asterisk has ended: %s", error)
        finally:
            writer.cancel()
            self._forget_all()
            await asyncio.gather(writer, return_exceptions=True)

    async def close(self) -> None:
        """End it; `hear` comes back."""
        if self._link is not None:
            await self._link.close()

    def ask(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, **query: Any
    ) -> "asyncio.Future[Reply]":
        """Send a request behind all those asked before; the answer comes in the future."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply] = loop.create_future()
        number = str(next(self._numbers))
        uri = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        message: Facts = {
            "type": "RESTRequest",
            "request_id": number,
            "method": method,
            "uri": uri,
        }
        if body is not None:
            message |= {"content_type": "application/json", "message_body": json.dumps(body)}
        self._asked[number] = future
        loop.call_later(ANSWERS_WITHIN, self._give_up, number)
        self._outbox.put_nowait(json.dumps(message))
        return future

    async def _write(self, link: ClientConnection) -> None:
        while True:
            await link.send(await self._outbox.get())

    def _choose_events(self) -> None:
        wanted = [{"type": name} for name in EVENTS]
        path = f"applications/{self.application}/eventFilter"
        self.ask("PUT", path, body={"allowed": wanted})

    def _answered(self, facts: Facts) -> None:
        future = self._asked.pop(facts.get("request_id", ""), None)
        if future is None or future.done():
            return
        body = facts.get("message_body")
        future.set_result(Reply(int(facts["status_code"]), json.loads(body) if body else None))

    def _give_up(self, number: str) -> None:
        future = self._asked.pop(number, None)
        if future is not None and not future.done():
            log.warning("Asterisk has not answered request %s", number)
            future.set_result(NO_REPLY)

    def _forget_all(self) -> None:
        for number in list(self._asked):
            future = self._asked.pop(number)
            if not future.done():
                future.set_result(NO_REPLY)
        while not self._outbox.empty():
            self._outbox.get_nowait()
