"""Whether the chain of public changes is whole."""

from dataclasses import dataclass
from datetime import datetime

from vitrine.status.models import Event, Standing


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """How long the chain is, and what its last check said."""

    length: int
    checked: int
    """Up to which version it was checked; 0: never."""
    checked_at: datetime | None
    fault: str
    hash: str
    """Of the last event: what an outsider compares."""

    @property
    def unchecked(self) -> int:
        """How many events came after the last check."""
        return max(0, self.length - self.checked)


def chain_state() -> ChainState:
    """The chain as it was last checked."""
    standing = Standing.objects.defer("bulletin").first()
    last = Event.objects.order_by("-version").values_list("version", "hash").first()
    return ChainState(
        length=last[0] if last else 0,
        checked=standing.checked_version if standing else 0,
        checked_at=standing.checked_at if standing else None,
        fault=standing.fault if standing else "",
        hash=last[1] if last else "",
    )
