"""Whether the chain of public changes is whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from vitrine.accounts.models import Account
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


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """`editor-7` -> the name of the person, for those who are one."""
    numbers = {each: each.removeprefix("editor-") for each in actors}
    people = {each: int(text) for each, text in numbers.items() if text.isdigit()}
    known = dict(Account.objects.filter(pk__in=people.values()).values_list("pk", "name"))
    return {each: known[number] for each, number in people.items() if number in known}
