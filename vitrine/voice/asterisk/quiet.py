"""Requests that wait for a channel to be silent, so that nobody else waits for it.

While Asterisk plays to a channel, or records it, some requests about that channel (a variable, a
bridge) are answered only when it has finished. Requests on one socket are answered in their order:
all calls would wait for the end of one sentence. So such a request goes out when the channel has
become silent, and one channel plays one thing at a time.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vitrine.voice.asterisk.ari import Ari, Reply

Do = Callable[[], None]
STOPS_WITHIN = 0.3
"""Seconds: a stop that falls between two files is not heard, and is said again."""
GONE = 404
NOTHING = "tone:!0/20"


@dataclass(eq=False)
class Busy:
    """What a channel does."""

    name: str
    look: str
    """Where it stands in Asterisk: 404 there means that it is over."""
    stop: tuple[str, str]
    ended: Do
    stops: bool = False


@dataclass(eq=False)
class Mouth:
    """A channel that plays or records, and what waits for it."""

    busy: Busy | None = None
    later: deque[Do] = field(default_factory=deque)

    @property
    def is_free(self) -> bool:
        """Whether it plays nothing now."""
        return self.busy is None


class Quiet:
    """The channels that are not silent."""

    def __init__(self, ari: Ari, *, epoch: str) -> None:
        self._ari, self._epoch = ari, epoch
        self._numbers = itertools.count(1)
        self._mouths: dict[str, Mouth] = {}
        self._channels: dict[str, str] = {}
        """Playback or recording -> channel."""

    def is_silent(self, channel: str) -> bool:
        """Whether nothing is played to it, or will be."""
        return channel not in self._mouths

    def when_silent(self, channel: str, do: Do) -> None:
        """Now, or as soon as it is silent, behind what waits already."""
        mouth = self._mouths.get(channel)
        if mouth is None:
            do()
        else:
            mouth.later.append(do)

    def play(self, channel: str, media: str, *, ended: Do) -> None:
        """To a silent channel; `ended` when it is over, has been stopped or was not possible."""
        name = f"p-{self._epoch}-{next(self._numbers)}"
        at = f"playbacks/{name}"
        self._begin(channel, Busy(name, at, ("DELETE", at), ended))
        reply = self._ari.ask("POST", f"channels/{channel}/play", media=media, playbackId=name)
        reply.add_done_callback(lambda said: self._unless_done(said, name))

    def record(self, channel: str, name: str, *, refused: Do, lost: Do, **how: Any) -> None:
        """A silent channel; `refused` when it cannot be, `lost` when nobody has told its end."""
        at = f"recordings/live/{name}"
        self._begin(channel, Busy(name, at, ("POST", f"{at}/stop"), lost))
        reply = self._ari.ask("POST", f"channels/{channel}/record", name=name, **how)

        def look(said: "asyncio.Future[Reply]") -> None:
            if not said.cancelled() and not said.result().is_done:
                refused()
                self.finished(name)

        reply.add_done_callback(look)

    def probe(self, channel: str) -> None:
        """Something may be played that we know nothing of: silent when this is heard of."""
        if channel not in self._mouths:
            self.play(channel, NOTHING, ended=lambda: None)
            self.silence(channel)

    def silence(self, channel: str) -> None:
        """Stop what it plays; it is silent a moment later."""
        mouth = self._mouths.get(channel)
        if mouth is not None and mouth.busy is not None and not mouth.busy.stops:
            mouth.busy.stops = True
            self._stop(mouth.busy)

    def finished(self, name: str) -> None:
        """Asterisk has said so; once is enough. First what waits goes out."""
        channel = self._channels.pop(name, "")
        mouth = self._mouths.get(channel)
        if mouth is None or mouth.busy is None or mouth.busy.name != name:
            return
        ended, mouth.busy = mouth.busy.ended, None
        while mouth.later and mouth.is_free:
            mouth.later.popleft()()
        if mouth.is_free and self._mouths.get(channel) is mouth:
            del self._mouths[channel]
        ended()

    def forget(self, channel: str) -> None:
        """It has gone, and with it what waits."""
        mouth = self._mouths.pop(channel, None)
        if mouth is not None and mouth.busy is not None:
            self._channels.pop(mouth.busy.name, None)

    def clear(self) -> None:
        """No channel is there any more."""
        self._mouths.clear()
        self._channels.clear()

    def look_again(self) -> None:
        """Ask what has become of everything: its end may have been told to nobody."""
        for mouth in list(self._mouths.values()):
            if mouth.busy is not None:
                self._finish_if_gone(mouth.busy.name, self._ari.ask("GET", mouth.busy.look))

    def _begin(self, channel: str, busy: Busy) -> None:
        mouth = self._mouths.setdefault(channel, Mouth())
        mouth.busy = busy
        self._channels[busy.name] = channel

    def _unless_done(self, said: "asyncio.Future[Reply]", name: str) -> None:
        if not said.cancelled() and not said.result().is_done:
            self.finished(name)

    def _stop(self, busy: Busy) -> None:
        if busy.name not in self._channels:
            return
        self._finish_if_gone(busy.name, self._ari.ask(*busy.stop))
        asyncio.get_running_loop().call_later(STOPS_WITHIN, self._stop, busy)

    def _finish_if_gone(self, name: str, reply: "asyncio.Future[Reply]") -> None:
        def look(said: "asyncio.Future[Reply]") -> None:
            if not said.cancelled() and said.result().status == GONE:
                self.finished(name)

        reply.add_done_callback(look)
