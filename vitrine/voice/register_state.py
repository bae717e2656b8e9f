"""What the phone menu says of the register: its present state, and the next maintenance."""

from datetime import datetime, timedelta

from vitrine.kernel.clock import BRUSSELS
from vitrine.publication.bulletin import Bulletin, Maintenance, MaintenanceState, Position
from vitrine.telephony.rules.phrases import Phrases, Window, spoken_state

TELLS_AHEAD = timedelta(hours=48)
"""From when on a planned maintenance is said."""


def state_phrases(bulletin: Bulletin | None, *, at: datetime) -> Phrases:
    """Empty when the register works and no maintenance is near, or when nothing was published.

    at  the present instant, aware
    """
    if bulletin is None:
        return ()
    worst = max((one.position for one in bulletin.components), key=_severity, default=None)
    position = worst or Position.WORKS
    since = [one.since for one in bulletin.components if one.position == position]
    last = max(since, default=at).astimezone(BRUSSELS)
    is_today = last.date() == at.astimezone(BRUSSELS).date()
    planned = next((one for one in bulletin.maintenances if _is_near(one, at=at)), None)
    return spoken_state(
        position.value,
        as_of=last.time() if is_today else None,
        planned=_spoken_window(planned) if planned else None,
    )


def _severity(position: Position) -> int:
    return position.severity


def _is_near(maintenance: Maintenance, *, at: datetime) -> bool:
    return (
        maintenance.state == MaintenanceState.ANNOUNCED
        and maintenance.effect != Position.WORKS
        and at < maintenance.ends_at
        and maintenance.starts_at - at <= TELLS_AHEAD
    )


def _spoken_window(maintenance: Maintenance) -> Window:
    """An end on another day is not said."""
    begins = maintenance.starts_at.astimezone(BRUSSELS)
    ends = maintenance.ends_at.astimezone(BRUSSELS)
    return begins.date(), begins.time(), ends.time() if ends.date() == begins.date() else None
