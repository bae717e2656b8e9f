"""What a probe may ask, and when what it saw is worth a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

FAULTS = ("refused", "slow", "unknown", "status", "text", "certificate", "expires", "forbidden")
"""refused: no connection; slow: no answer in time; unknown: no such name; status: an error;
text: another page; certificate: not valid; expires: too few days; forbidden: not to be asked."""
JITTER = 0.1
"""Part of the interval by which a look comes earlier or later: not all at the same moment."""


class InvalidTarget(ValueError):
    """The address of a probe that is none."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a probe looks."""

    host: str
    port: int
    path: str = "/"
    is_tls: bool = False


def read_target(kind: str, *, text: str) -> Target:
    """The target in `text`: an http(s) address for `http`, host:port for the others.

    Raises InvalidTarget, also for an address with a password in it.
    """
    try:
        parts = urlsplit(text.strip() if kind == "http" else f"//{text.strip()}")
        port = parts.port
    except ValueError:
        raise InvalidTarget(text) from None
    wanted = ("http", "https") if kind == "http" else ("",)
    if parts.scheme not in wanted or not parts.hostname or parts.username is not None:
        raise InvalidTarget(text)
    if any(letter.isspace() or ord(letter) < 32 for letter in text.strip()):
        raise InvalidTarget(text)
    is_tls = kind == "certificate" or parts.scheme == "https"
    if kind == "http":
        query = f"?{parts.query}" if parts.query else ""
        path = f"{parts.path or '/'}{query}"
        return Target(
            host=parts.hostname, port=port or (443 if is_tls else 80), path=path, is_tls=is_tls
        )
    if parts.path or parts.query or (port is None and kind == "tcp"):
        raise InvalidTarget(text)
    return Target(host=parts.hostname, port=port or 443, is_tls=is_tls)


def read_networks(text: str) -> tuple[Network, ...]:
    """The networks in a setting, parted by spaces or commas. Raises ValueError."""
    return tuple(ip_network(each) for each in text.replace(",", " ").split())


def may_ask(address: str, *, networks: Sequence[Network]) -> bool:
    """Whether probes may connect to an IP address: only where the machine's owner allowed it.

    Never to link-local addresses, where clouds keep their secrets, nor to groups of hosts.
    """
    found = ip_address(address.split("%", maxsplit=1)[0])
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        return False
    return any(found in network for network in networks)


def is_trouble(faults: Sequence[str], *, in_a_row: int) -> bool:
    """Whether the last `in_a_row` looks from one place all failed. `faults`: the newest first."""
    last = faults[:in_a_row]
    return len(last) == in_a_row and all(last)


def next_look(at: datetime, *, every: timedelta, chance: float) -> datetime:
    """When to look again; `chance`, 0 to 1, spreads the looks by a tenth of the interval."""
    return at + every * (1 + JITTER * (2 * chance - 1))
