"""What is due although nobody has it in hand: a killed worker or a lost job left it behind."""

from datetime import datetime

from vitrine.channels.mail.deliver.keeping import keep
from vitrine.channels.mail.deliver.series import keep_in_series
from vitrine.correspondence.actions import MOST_IN_SERIES
from vitrine.correspondence.queries import promises_due
from vitrine.kernel.clock import now


def keep_all_due(*, limit: int = 200, since: datetime | None = None) -> int:
    """Keep what is due, and has been since an instant; returns how many were looked at.

    What a person wrote goes first; the rest leaves in series.
    """
    rows = list(promises_due(at=since or now())[:limit])
    for owed in rows:
        if not owed.is_automatic:
            keep(owed)
    automatic = [owed.pk for owed in rows if owed.is_automatic]
    for start in range(0, len(automatic), MOST_IN_SERIES):
        keep_in_series(automatic[start : start + MOST_IN_SERIES])
    return len(rows)
