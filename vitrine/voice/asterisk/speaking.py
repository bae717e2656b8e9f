"""What a caller hears before somebody talks with him, and what is kept on his channel."""

import itertools
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from vitrine.voice.asterisk.ari import Ari
from vitrine.voice.asterisk.book import CALL, FACTS, Book, OnLine
from vitrine.voice.asterisk.quiet import Quiet
from vitrine.voice.call_flow import talking as to
from vitrine.voice.clocks import wall_ahead
from vitrine.voice.line import Ear

Speaker = Callable[[str, Sequence[str]], Sequence[str]]
"""Language and keys of phrases -> sound files, absolute, without their endings."""

AT_LEAST = 1.0
"""Seconds of a message of which we do not know how long it is."""


class Speaking:
    """The half of the line that plays and records."""

    def __init__(self, ari: Ari, *, epoch: str, speaker: Speaker) -> None:
        self.ari, self.epoch, self._speaker = ari, epoch, speaker
        self.book = Book()
        self.quiet = Quiet(ari, epoch=epoch)
        self.ear: Ear = lambda _event, _at: None
        self._numbers = itertools.count(1)

    def hear_now(self, event: Any) -> None:
        """Tell the brain."""
        self.ear(event, time.monotonic())

    def new_name(self, letter: str) -> str:
        """A name of ours that no earlier process has given."""
        return f"{letter}-{self.epoch}-{next(self._numbers)}"

    def write(self, call: OnLine, **facts: Any) -> None:
        """Keep on the channel what a restarted brain must know."""
        call.kept |= facts
        if call.channel and not call.is_unwritten:
            call.is_unwritten = True
            self.quiet.when_silent(call.channel, partial(self._write, call))

    def _write(self, call: OnLine) -> None:
        call.is_unwritten = False
        path = f"channels/{call.channel}/variable"
        self.ari.ask("POST", path, variable=CALL, value=call.name)
        self.ari.ask("POST", path, variable=FACTS, value=call.written())

    def _answer(self, _order: to.Answer, call: OnLine) -> None:
        if not call.is_answered:
            call.is_answered = True
            self.ari.ask("POST", f"channels/{call.channel}/answer")

    def _say(self, order: to.Say, call: OnLine) -> None:
        if order.say == call.say:
            return
        self._silence(call)
        files = self._speaker(order.language, order.phrases)
        if not files:
            self.hear_now(to.SaidAll(call=call.name, say=order.say))
            return
        call.say = order.say
        media = ",".join(f"sound:{file}" for file in files)
        self.quiet.when_silent(call.channel, partial(self._play, call, say=order.say, media=media))

    def _play(self, call: OnLine, *, say: str, media: str) -> None:
        if call.say != say or call.is_ending:
            return  # something else is to be heard by now
        if call.has_music:
            self.ari.ask("DELETE", f"channels/{call.channel}/moh")
        self.quiet.play(call.channel, media, ended=partial(self._said_all, call, say))

    def _said_all(self, call: OnLine, say: str) -> None:
        """It is silent again; the music goes on where it is wanted."""
        if call.is_ending or self.book.calls.get(call.name) is not call:
            return
        if call.say == say:
            call.say = ""
            self._music_again(call)
        self.hear_now(to.SaidAll(call=call.name, say=say))

    def _stop_saying(self, order: to.StopSaying, call: OnLine) -> None:
        if call.say == order.say:
            self._silence(call)
            self._music_again(call)

    def _silence(self, call: OnLine) -> None:
        if call.say:
            call.say = ""
            self.quiet.silence(call.channel)

    def _play_music(self, _order: to.PlayMusic, call: OnLine) -> None:
        if not call.has_music:
            call.has_music = True
            if not call.say:
                self._music_again(call)

    def _music_again(self, call: OnLine) -> None:
        if call.has_music and not call.is_bridged and not call.records:
            self.ari.ask("POST", f"channels/{call.channel}/moh")

    def _no_music(self, call: OnLine) -> None:
        if call.has_music:
            call.has_music = False
            self.ari.ask("DELETE", f"channels/{call.channel}/moh")

    def _record(self, order: to.Record, call: OnLine) -> None:
        if call.records:
            return
        self._silence(call)
        self._no_music(call)
        call.records = f"message_{call.name}_{next(self._numbers)}"  # whose it is, if we die now
        self.quiet.when_silent(call.channel, partial(self._begin_record, call, order))

    def _begin_record(self, call: OnLine, order: to.Record) -> None:
        if call.is_ending:
            return
        name = call.records
        self.quiet.record(
            call.channel,
            name,
            refused=partial(self.recorded, call, name, is_there=False),
            lost=partial(self.recorded, call, name, seconds=AT_LEAST),
            format="wav",
            maxDurationSeconds=int(order.most),
            maxSilenceSeconds=int(order.silence),
            ifExists="overwrite",
            beep="true",
            terminateOn="#",
        )

    def recorded(
        self,
        call: OnLine,
        name: str,
        *,
        is_there: bool = True,
        seconds: float = 0.0,
        spoken: float = 0.0,
    ) -> None:
        """The message has ended, however that became known; told twice, it is once."""
        if call.records != name:
            return
        call.records = ""
        file = f"{name}.wav" if is_there else ""
        self.hear_now(to.Recorded(call=call.name, file=file, seconds=seconds, spoken=spoken))

    def _remember(self, order: to.Remember, call: OnLine) -> None:
        since = order.waiting_since
        wall = None if since is None else since + wall_ahead()
        self.write(
            call,
            l=order.language,
            s=order.service,
            p=order.priority,
            c=order.for_colleague,
            w=wall,
        )
