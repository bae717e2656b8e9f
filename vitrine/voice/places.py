"""Who sits at a telephone, in a file: a brain that starts again asks nobody and no database."""

import json
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vitrine.voice.call_flow import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentState,
    Desk,
)

log = logging.getLogger(__name__)

GOOD_FOR = 900.0
"""Seconds: after a longer absence people take their places themselves."""
WRITE_EVERY = 30.0
"""Seconds, though nobody has moved: the file says since when it is true."""


Place = dict[str, Any]


def places_of(desks: Iterable[Desk]) -> list[Place]:
    """Who is there, and how."""
    return [
        {
            "agent": desk.agent.name,
            "languages": dict(desk.agent.languages),
            "services": list(desk.agent.services),
            "rank": desk.agent.rank,
            "pauses": desk.state in (AgentState.PAUSED, AgentState.UNREACHABLE),
            "reason": desk.reason,
        }
        for desk in desks
    ]


def write_places(file: Path, places: list[Place]) -> None:
    """Keep them: the whole file or none of it."""
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({"at": time.time(), "desks": places}))
    draft.replace(file)


def read_places(file: Path) -> list[AgentSignedIn | AgentReady | AgentPaused]:
    """The events that bring everybody back to his place; none when the file is old or strange."""
    try:
        facts = json.loads(file.read_text())
        if abs(time.time() - facts["at"]) > GOOD_FOR:
            return []
        events: list[AgentSignedIn | AgentReady | AgentPaused] = []
        for one in facts["desks"]:
            agent = str(one["agent"])
            events.append(
                AgentSignedIn(
                    agent=agent,
                    languages=one["languages"],
                    services=tuple(one["services"]),
                    rank=one["rank"],
                )
            )
            if one["pauses"]:
                events.append(AgentPaused(agent=agent, reason=one["reason"]))
            else:
                events.append(AgentReady(agent=agent))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("%s cannot be read: everybody takes his place again", file)
        return []
    return events
