"""Live pictures of the telephone for tests: a morning with something in every state."""

from datetime import UTC, datetime, timedelta
from typing import Any

from vitrine.telephony.rules.floor import Floor, FloorAgent, FloorCall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def agent(name: str, state: str, *spoken: str, ago: float = 60, **more: Any) -> FloorAgent:
    """Somebody who has been in `state` for `ago` seconds."""
    since = more.pop("at", NINE) - timedelta(seconds=ago)
    languages = dict.fromkeys(spoken, 2)
    return FloorAgent(name=name, state=state, since=since, languages=languages, **more)


def call(name: str, phase: str, language: str, *, ago: float, **more: Any) -> FloorCall:
    """A call that has been in `phase` for `ago` seconds."""
    at = more.pop("at", NINE)
    since = at - timedelta(seconds=ago)
    waiting_since = at - timedelta(seconds=more.pop("waited", ago))
    return FloorCall(
        call=name,
        phase=phase,
        since=since,
        arrived=waiting_since - timedelta(seconds=12),
        waiting_since=waiting_since,
        language=language,
        **more,
    )


def busy_floor(*, at: datetime = NINE, names: tuple[str, ...] = ()) -> Floor:
    """A German caller waits while the only speaker of German is paused.

    names  public names of the agents, in the order Ana, Bea, Cas, Dan, Eva
    """
    ana, bea, cas, dan, eva = names or ("ana", "bea", "cas", "dan", "eva")
    number = "+3225550100"
    return Floor(
        at=at,
        line="simulated",
        is_simulated=True,
        strategy="default",
        agents=(
            agent(ana, "talking", "fr", "nl", ago=140, at=at, call="c1", calls_taken=7),
            agent(bea, "ready", "fr", "nl", ago=31, at=at, calls_taken=9),
            agent(cas, "ringing", "fr", "nl", "en", ago=4, at=at, call="c2", missed=1),
            agent(dan, "paused", "fr", "de", ago=610, at=at, reason="lunch"),
            agent(eva, "wrap-up", "nl", "en", ago=8, at=at, until=at + timedelta(seconds=12)),
        ),
        calls=(
            call("c1", "talking", "fr", ago=140, waited=150, at=at, agents=(ana,), number=number),
            call(
                "c2", "ringing", "en", ago=4, waited=25, at=at, agents=(cas,),
                why="fewest-languages", skipped=((bea, "other-language", ""),),
            ),
            call("c3", "waiting", "de", ago=48, at=at, number="+4987654321"),
            call("c4", "waiting", "de", ago=9, at=at, for_colleague=eva),
        ),
        today={"offered": 41, "answered": 36, "abandoned": 2},
    )  # fmt: skip
