"""The live picture of the telephone, ready to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.desk.rendering.phone.words import (
    PHASES,
    REASONS,
    STATES,
    STRATEGIES,
    Clock,
    clock,
    language_words,
    pause_words,
    skipped_words,
)
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.rules.floor import Floor, FloorAgent, FloorCall
from vitrine.telephony.rules.queues import (
    Need,
    Queue,
    longest_wait,
    needs,
    queues,
    waiting,
    waits_since,
)

STALE_AFTER = timedelta(seconds=15)
"""A picture is drawn at each change and, when nothing changes, every few seconds."""
LANGUAGES = tuple(str(language) for language in Language)
STATE_ORDER = ("ringing", "talking", "wrap-up", "ready", "paused", "unreachable", "offline")
PHASE_ORDER = ("waiting", "ringing", "dialling-back", "talking", "held", "leaving-message")


@dataclass(frozen=True, slots=True)
class QueueLine:
    """Those who wait in a language."""

    language: str
    letters: str
    name: str
    waiting: int
    clock: Clock | None
    free: int
    present: int


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Somebody at the telephone."""

    name: str
    """Public name: what an instruction is addressed to."""
    shown_as: str
    state: str
    words: str
    icon: str
    clock: Clock | None
    languages: str
    about: str
    """Reason of the pause, or with whom he talks."""
    call: str
    calls_taken: int
    missed: int


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call that is there."""

    call: str
    language: str
    letters: str
    who: str
    phase: str
    words: str
    clock: Clock | None
    reason: str
    skipped: list[str]


@dataclass(frozen=True, slots=True)
class FloorPage:
    """What the page of the supervisor and the wallboard print."""

    at: str
    is_stale: bool
    is_up: bool
    is_open: bool
    is_simulated: bool
    strategy: str
    waiting: int
    longest: Clock | None
    free: int
    talking: int
    finishing: int
    paused: int
    queues: list[QueueLine]
    needs: list[str]
    agents: list[AgentLine]
    calls: list[CallLine]

    @property
    def sentence(self) -> str:
        """The one thing here."""
        if not self.waiting:
            return _("Nobody waits.")
        return ngettext("%(count)d caller waits", "%(count)d callers wait", self.waiting) % {
            "count": self.waiting
        }


def floor_page(floor: Floor, *, at: datetime, names: Mapping[str, str], reader: str) -> FloorPage:
    """`floor` as it is printed at `at`.

    names   public name -> name of the agent for people; unknown ones are shown as they are
    reader  interface language, for the way numbers are written
    """
    by_state = [agent.state for agent in floor.agents]
    return FloorPage(
        at=at.isoformat(),
        is_stale=at - floor.at > STALE_AFTER,
        is_up=floor.is_up,
        is_open=floor.is_open,
        is_simulated=floor.is_simulated,
        strategy=str(STRATEGIES.get(floor.strategy, floor.strategy)),
        waiting=len(waiting(floor)),
        longest=clock(longest_wait(floor), at=at),
        free=by_state.count("ready"),
        talking=by_state.count("talking") + by_state.count("ringing"),
        finishing=by_state.count("wrap-up"),
        paused=by_state.count("paused") + by_state.count("unreachable"),
        queues=[_queue_line(one, at=at) for one in queues(floor, languages=LANGUAGES)],
        needs=[need_words(one, names=names) for one in needs(floor, languages=LANGUAGES)],
        agents=[
            _agent_line(one, floor=floor, at=at, names=names, reader=reader)
            for one in sorted(floor.agents, key=lambda one: _agent_turn(one, names=names))
        ],
        calls=[
            _call_line(one, at=at, names=names, reader=reader)
            for one in sorted(floor.calls, key=_call_turn)
        ],
    )


def need_words(need: Need, *, names: Mapping[str, str]) -> str:
    """Who is missing, and who could help."""
    language = language_words(need.language)
    helpers = ", ".join(names.get(name, name) for name in need.helpers[:3])
    if need.waiting:
        words = ngettext(
            "%(count)d caller waits and nobody is free: %(language)s",
            "%(count)d callers wait and nobody is free: %(language)s",
            need.waiting,
        ) % {"count": need.waiting, "language": language}
    else:
        words = _("Nobody takes calls in this language: %(language)s") % {"language": language}
    if need.service:
        words = f"{words} · {names.get(need.service, need.service)}"
    if helpers:
        words = _("%(words)s. Could help: %(names)s") % {"words": words, "names": helpers}
    return words


def _queue_line(queue: Queue, *, at: datetime) -> QueueLine:
    return QueueLine(
        language=queue.language,
        letters=queue.language.upper() or "*",
        name=language_words(queue.language),
        waiting=queue.waiting,
        clock=clock(queue.since, at=at),
        free=queue.free,
        present=queue.present,
    )


def _agent_turn(agent: FloorAgent, *, names: Mapping[str, str]) -> tuple[int, str]:
    place = STATE_ORDER.index(agent.state) if agent.state in STATE_ORDER else len(STATE_ORDER)
    return place, names.get(agent.name, agent.name)


def _agent_line(
    agent: FloorAgent, *, floor: Floor, at: datetime, names: Mapping[str, str], reader: str
) -> AgentLine:
    words, icon = STATES.get(agent.state, (agent.state, "dot"))
    call = next((one for one in floor.calls if one.call == agent.call), None)
    about = pause_words(agent.reason) if agent.state == "paused" else ""
    if call is not None and agent.state in ("ringing", "talking"):
        about = caller_words(call, reader=reader)
        if call.phase == "held":
            about = _("%(caller)s, on hold") % {"caller": about}
    return AgentLine(
        name=agent.name,
        shown_as=names.get(agent.name, agent.name),
        state=agent.state,
        words=str(words),
        icon=icon,
        clock=clock(agent.since, at=at),
        languages=" ".join(one.upper() for one in sorted(agent.languages, key=_language_turn)),
        about=about,
        call=agent.call if agent.state == "talking" else "",
        calls_taken=agent.calls_taken,
        missed=agent.missed,
    )


def _language_turn(code: str) -> tuple[int, str]:
    return (LANGUAGES.index(code) if code in LANGUAGES else len(LANGUAGES), code)


def _call_turn(call: FloorCall) -> tuple[int, datetime, str]:
    place = PHASE_ORDER.index(call.phase) if call.phase in PHASE_ORDER else len(PHASE_ORDER)
    return place, waits_since(call), call.call


def _call_line(call: FloorCall, *, at: datetime, names: Mapping[str, str], reader: str) -> CallLine:
    words = str(PHASES.get(call.phase, call.phase))
    with_whom = ", ".join(names.get(agent, agent) for agent in call.agents)
    since = waits_since(call) if call.phase in ("waiting", "ringing") else call.since
    skipped = [
        f"{names.get(agent, agent)} {skipped_words(why, language=language)}"
        for agent, why, language in call.skipped
    ]
    return CallLine(
        call=call.call,
        language=call.language,
        letters=call.language.upper() or "*",
        who=caller_words(call, reader=reader, names=names),
        phase=call.phase,
        words=f"{words} {with_whom}" if with_whom else words,
        clock=clock(since, at=at),
        reason=str(REASONS.get(call.why, "")),
        skipped=skipped,
    )


def caller_words(call: FloorCall, *, reader: str, names: Mapping[str, str] | None = None) -> str:
    """The number of the caller, and for whom he calls."""
    number = display(call.number, language=reader) if call.number else _("number withheld")
    if not call.for_colleague:
        return number
    colleague = (names or {}).get(call.for_colleague, call.for_colleague)
    return _("%(number)s, for %(name)s") % {"number": number, "name": colleague}
