"""The process that routes calls: brain and line in one loop, everything that may wait in threads.

The loop never touches the database. What the pages have set up is read by a thread and comes in as
events; journal, picture and messages go out through threads; while PostgreSQL is away calls are
answered and routed from what is known.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from vitrine.kernel.clock import BRUSSELS
from vitrine.telephony import queries
from vitrine.telephony.actions import append_events
from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.floor import Floor
from vitrine.voice import records
from vitrine.voice.brain import Brain, Hears
from vitrine.voice.call_flow import (
    CallBackOwed,
    Command,
    DeskClosed,
    DeskOpened,
    EngineLost,
    PolicyChanged,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.faxes import collect_faxes
from vitrine.voice.floor import Painter, differs
from vitrine.voice.instructions import Desks, Hands, Known, Told
from vitrine.voice.journal import Journal
from vitrine.voice.line import Ear
from vitrine.voice.listener import Listener
from vitrine.voice.ordering import soonest_first
from vitrine.voice.outgoing import Outgoing
from vitrine.voice.places import WRITE_EVERY, Place, places_of, read_places, write_places
from vitrine.voice.records import SetUp, with_database
from vitrine.voice.telling import Teller

log = logging.getLogger(__name__)

LOOK_UP_WITHIN = 0.25
"""Seconds that a caller may wait until we know his language."""
PICTURE_EVERY = 0.2
PICTURE_EVERY_AT_WORST = 0.6
PICTURE_AT_LEAST_EVERY = 5.0
SET_UP_EVERY = 30.0
CLOCK_EVERY = 1.0


class Line(Protocol):
    """What the daemon needs of a line beside `vitrine.voice.line`."""

    async def run(self, ear: Ear) -> None:
        """Until cancelled."""

    async def carry_out(self, order: to.Order | Command) -> None:
        """Do it."""


class Daemon:
    """Everything of one life of the process."""

    def __init__(
        self,
        line: Line,
        *,
        hands: Hands,
        epoch: str,
        state: Path,
        kind: str,
        recordings: Path,
        equip: Callable[[Any], None] = lambda _telephones: None,
    ) -> None:
        """Kind of line: `asterisk` or `simulated`; recordings: where it leaves messages."""
        self.line, self.epoch, self.state, self.recordings = line, epoch, state, recordings
        self.set_up = SetUp()
        self._equip = equip
        self._orders: asyncio.Queue[Any] = asyncio.Queue()
        self.is_up = False
        self.is_always_open = kind != "asterisk"
        """Played callers come at any hour at which somebody looks."""
        self._held_back: dict[str, list[tuple[Hears, float]]] = {}
        self._office = ThreadPoolExecutor(3, thread_name_prefix="office")
        self._shown: Floor | None = None
        self._shown_at = self._placed_at = 0.0
        self._places: list[Place] = []
        self._dialled = 0
        self._is_open: bool | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        state.mkdir(parents=True, exist_ok=True)
        self.teller = Teller(settings=os.environ["DJANGO_SETTINGS_MODULE"])
        self.journal = Journal(
            self._keep,
            spool=state / "journal",
            epoch=epoch,
            away=records.AWAY,
        )
        self.brain = Brain(
            epoch=epoch,
            emit=self._orders.put_nowait,
            write=self.journal.write,
            call_at=self._call_at,
            wall=lambda: datetime.now(UTC),
        )
        self.painter = Painter(self.brain, line=kind, is_simulated=kind != "asterisk")
        self.desks = Desks(
            self.brain,
            hear=lambda event: self.brain.hear(event, time.monotonic()),
            emit=self._orders.put_nowait,
            hands=hands,
            known=self._known,
            new_name=self._new_name,
        )

    async def run(self) -> None:
        """Answer calls until cancelled, or until the line says that it is another's."""
        self.teller.start()
        self.journal.start()
        listener = Listener(on_word=self._word, loop=asyncio.get_running_loop())
        listener.start()
        await self._read_set_up(within=6.0)
        self._restore()
        works = (
            self._carry_out(),
            self._paint(),
            self._look_at_clock(),
            self._read_often(),
            self._collect(),
        )
        rounds = [asyncio.create_task(work) for work in works]
        try:
            await self.line.run(self.hear)
        finally:
            for task in rounds:
                task.cancel()
            await asyncio.gather(*rounds, return_exceptions=True)
            listener.stop()
            self._office.shutdown(wait=False, cancel_futures=True)
            await asyncio.to_thread(self.journal.close)
            await asyncio.to_thread(self.teller.stop)

    def guard(self, gate: Outgoing) -> None:
        """From now on pages are told what the gate lets through, and how much it has."""
        self.desks.why_not_dial, self.painter.dialled = gate.why_not, lambda: gate.count

    def _keep(self, entries: Sequence[Entry]) -> None:
        """In the journal's thread."""
        self.teller.tell(with_database(lambda: append_events(entries)))

    # ------------------------------------------------------------------ what is heard

    def hear(self, event: Hears, at: float) -> None:
        """From the line. What follows a call of which we still look up the caller waits for it."""
        call = getattr(event, "call", "")
        if call in self._held_back:
            self._held_back[call].append((event, at))
        elif isinstance(event, to.CallArrived):
            self._held_back[call] = []
            self._soon(self._arrives(event, at))
        else:
            self._pass_on(event, at)

    def _pass_on(self, event: Hears, at: float) -> None:
        if isinstance(event, to.LineBack):
            self.is_up = True
            self._owe_call_backs()
        elif isinstance(event, EngineLost):
            self.is_up = False
        elif isinstance(event, to.Recorded):
            self._soon(self._keep_message(event))
        self.brain.hear(event, at)
        self.desks.look_after(event)

    async def _arrives(self, event: to.CallArrived, at: float) -> None:
        """Who calls, and for whom; the caller does not wait long for that."""
        colleague = records.colleague_of(
            self.set_up, dialled=event.dialled, diverted_from=event.diverted_from
        )
        known = None
        if event.number:
            known = await self._ask(lambda: records.known_caller(event.number), LOOK_UP_WITHIN)
        arrived = replace(
            event,
            language=(known.language if known else "") or (colleague.language if colleague else ""),
            for_colleague=colleague.colleague if colleague else "",
            known_agent=known.agent if known else "",
        )
        self._pass_on(arrived, at)
        for late, then in self._held_back.pop(event.call, []):
            self._pass_on(late, then)

    async def _ask(self, question: Callable[[], Any], within: float) -> Any:
        """The answer of the records, None when it does not come in time."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._office, with_database, question)
        try:
            return await asyncio.wait_for(asyncio.shield(future), within)
        except TimeoutError:
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        except Exception as fault:  # noqa: BLE001 - the telephone goes on without its records
            log.info("The records do not answer: %s", fault)
        return None

    def _soon(self, work: "Awaitable[None]") -> None:
        async def do() -> None:
            await work

        task = asyncio.get_running_loop().create_task(do())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _call_at(self, at: float, then: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_at(at, then)  # its clock is time.monotonic

    async def _carry_out(self) -> None:
        while True:
            orders = [await self._orders.get()]
            while not self._orders.empty():
                orders.append(self._orders.get_nowait())
            for order in soonest_first(orders):
                try:
                    await self.line.carry_out(order)
                except Exception:
                    log.exception("%s was not carried out", type(order).__name__)

    # ------------------------------------------------------------------ what is kept and shown

    def _restore(self) -> None:
        """Everybody sits where he sat."""
        now = time.monotonic()
        for event in read_places(self.state / "places.json"):
            self.brain.hear(event, now)

    def _owe_call_backs(self) -> None:
        async def owe() -> None:
            for one in await self._ask(queries.call_backs_to_resume, 10.0) or ():
                ago = (datetime.now(UTC) - one.waiting_since).total_seconds()
                owed = CallBackOwed(
                    call=one.call,
                    number=one.number,
                    language=one.language,
                    service=one.service,
                    priority=one.priority,
                    waiting_since=time.monotonic() - ago,
                    tries=one.tries,
                )
                self.brain.hear(owed, time.monotonic())

        self._soon(owe())

    async def _keep_message(self, event: to.Recorded) -> None:
        """Until it is in the ticket: the file stays while the database is away."""
        if not event.file or event.spoken + event.seconds <= 0:
            return
        file = self.recordings / event.file
        at = datetime.now(UTC)
        talk = self.brain.conversation.talks.get(event.call)
        number, language = (talk.number, talk.language) if talk else ("", "")

        def store() -> bool:
            records.store_message(
                event.call,
                file=file,
                seconds=event.seconds,
                spoken=event.spoken,
                at=at,
                number=number,
                language=language,
            )
            return True

        while file.exists() and not await self._ask(store, 20.0):
            await asyncio.sleep(5.0)

    async def _paint(self) -> None:
        """Show what has changed, five times a second at most; and that we are alive.

        With hundreds of calls a picture takes longer, and comes less often.
        """
        pause = PICTURE_EVERY
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            floor = self.painter.picture(now=began, wall=datetime.now(UTC), is_up=self.is_up)
            is_due = began - self._shown_at > PICTURE_AT_LEAST_EVERY
            is_new = is_due or differs(self._shown, floor)
            pause = min(PICTURE_EVERY_AT_WORST, PICTURE_EVERY + 20 * (time.monotonic() - began))
            if is_new:
                self._shown, self._shown_at = floor, began
                await self._keep_places(began)
                await self._ask(partial(records.show_floor, floor), 5.0)

    async def _keep_places(self, at: float) -> None:
        """When somebody has moved."""
        places = places_of(self.brain.core.roster.desks.values())
        if places != self._places or at - self._placed_at > WRITE_EVERY:
            self._places, self._placed_at = places, at
            with contextlib.suppress(OSError):
                await asyncio.to_thread(write_places, self.state / "places.json", places)

    # ------------------------------------------------------------------ what pages want

    def _word(self) -> None:
        """Somebody has told the telephone something."""
        self._soon(self._obey())

    async def _obey(self) -> None:
        for one in await self._ask(records.take_instructions, 5.0) or ():
            await self._follow(one)

    async def _follow(self, one: Any) -> None:
        told = Told(kind=one.kind, agent=one.agent, call=one.call, facts=one.facts)
        if told.kind == "configure":
            await self._read_set_up()
            why_not = ""
        else:
            if told.kind == "sign-in" and told.agent not in self.set_up.agents:
                await self._read_set_up()
            try:
                why_not = self.desks.carry_out(told)
            except (KeyError, ValueError, TypeError):
                log.exception("The instruction %s cannot be followed", told.kind)
                why_not = "not-possible"
        answer = partial(records.answer_instruction, one.pk, why_not=why_not)
        await self._ask(answer, 5.0)

    async def _read_often(self) -> None:
        while True:
            await asyncio.sleep(SET_UP_EVERY)
            await self._read_set_up()

    async def _collect(self) -> None:
        """Messages that nobody has told us of, and faxes."""
        while True:
            await asyncio.sleep(records.STILL_GROWS)
            left = await self._ask(partial(records.collect_left_behind, self.recordings), 20.0)
            if left:
                log.warning("%s messages were left while nobody routed", left)
            await self._ask(partial(collect_faxes, self.recordings.parent / "fax"), 20.0)

    async def _read_set_up(self, *, within: float = 10.0) -> None:
        """Read what pages have set up, and tell the brain what is different."""
        found = await self._ask(records.read_set_up, within)
        if found is None:
            return
        before, self.set_up = self.set_up, found
        now = time.monotonic()
        if found.policy != before.policy:
            self.brain.hear(PolicyChanged(policy=found.policy), now)
        if found.menu != before.menu:
            self.brain.hear(to.MenuChanged(menu=found.menu), now)
        if found.state != before.state:
            self.brain.hear(to.StateSpoken(phrases=found.state), now)
        self._equip(found.telephones)

    async def _look_at_clock(self) -> None:
        """Opening and closing time, from the calendar as it was last read."""
        while True:
            self._open_or_close(datetime.now(UTC))
            await asyncio.sleep(CLOCK_EVERY)

    def _open_or_close(self, at: datetime) -> None:
        calendar = self.set_up.calendar
        is_open = calendar.is_open(at) if calendar and calendar.frames else True
        is_open = is_open or self.is_always_open
        if is_open == self._is_open:
            return
        self._is_open = is_open
        if is_open:
            self.brain.hear(DeskOpened(), time.monotonic())
            return
        opens = ""
        with contextlib.suppress(LookupError, ValueError):
            assert calendar is not None
            local = calendar.next_opening(at).astimezone(BRUSSELS)
            opens = f"{local:%Y-%m-%dT%H:%M}"
        self.brain.hear(DeskClosed(next_opening=opens), time.monotonic())

    def _known(self, agent: str) -> Known | None:
        return self.set_up.agents.get(agent)

    def _new_name(self) -> str:
        self._dialled += 1
        return f"d-{self.epoch}-{self._dialled}"


def new_epoch() -> str:
    """The name of this life: a later one sorts behind it."""
    return f"{time.time_ns() // 1_000_000:011x}{os.getpid() % 4096:03x}"
