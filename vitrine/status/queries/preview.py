"""What would become public."""

from typing import Any

from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.events import Change
from vitrine.publication.refusals import Refused as NotPossible
from vitrine.publication.replay import apply, next_event
from vitrine.status.errors import Refused
from vitrine.status.queries.standing import standing_bulletin


def after_change(change: dict[str, Any]) -> Bulletin:
    """The bulletin that `change` would make of what is public now. Raises Refused."""
    before = standing_bulletin()
    try:
        return apply(before, next_event(before, Change(**change), at=now()))
    except NotPossible as refusal:
        raise Refused(refusal.code, about=refusal.about) from refusal
