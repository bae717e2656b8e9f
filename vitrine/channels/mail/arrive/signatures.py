"""DKIM and DMARC by ourselves, when no mail server before us does it and DNS is allowed.

Every question has a limit, all of a message together too; a name server that is silent
is left alone for a minute: mail is never held up by it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import dkim
import dns.exception
import dns.resolver
from django.conf import settings

Ask = Callable[[str], "str | None"]
"""The TXT record of a name; None: there is none. Raises Silent when nobody answers."""

ALL_TOGETHER = 3.0
"""Seconds that the questions about one message may take."""
LEFT_ALONE = 60.0
"""Seconds for which a silent name server is not asked again."""
MAX_SIGNATURES = 4
MAX_BYTES = 30 * 2**20
_TAG = re.compile(r"([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)


class Silent(Exception):
    """No name server answered in time: nothing is known, nothing is held against anybody."""


class _Rest:
    """Until when the silent name servers are left alone, in seconds of the monotonic clock."""

    until = 0.0


@dataclass(frozen=True)
class Signed:
    """What the signatures prove: a domain that vouches, and the owner's wish otherwise.

    domain   vouches for the message and is aligned with the sender's; blank: none does
    policy   `none`, `quarantine` or `reject` of the sender's domain; blank: none published
    """

    domain: str = ""
    policy: str = ""


def are_aligned(one: str, other: str) -> bool:
    """Whether two domains are the same or one lies in the other (relaxed alignment)."""
    short, long = sorted((one.lower().rstrip("."), other.lower().rstrip(".")), key=len)
    return "." in short and (short == long or long.endswith(f".{short}"))


def signed_by(raw: bytes, *, sender_domain: str, ask: Ask | None = None) -> Signed | None:
    """Verify the DKIM signatures of `raw` and read the DMARC policy of the sender's domain.

    None when nothing could be found out: no answer in time, or a message too large.
    """
    if len(raw) > MAX_BYTES:
        return None
    try:
        ask = _Asked(ask or _resolver_of(settings.DNS_SERVERS))
        policy = _policy_of(sender_domain, ask=ask)
        domain = _valid_signature(raw, sender_domain=sender_domain, ask=ask, policy=policy)
        return Signed(domain=domain, policy=policy.get("p", ""))
    except Silent:
        return None


class _Asked:
    """Questions that remember their answers and stop when the time is over."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, str | None] = {}
        self._until = time.monotonic() + ALL_TOGETHER

    def __call__(self, name: str) -> str | None:
        """The answer. Raises Silent."""
        if name not in self._known:
            if time.monotonic() > self._until:
                raise Silent
            self._known[name] = self._ask(name)
        return self._known[name]


def _policy_of(domain: str, *, ask: Ask) -> dict[str, str]:
    """The tags of the DMARC record of `domain`, else of the nearest parent that has one."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        record = ask(f"_dmarc.{'.'.join(labels[start:])}") or ""
        if record.lower().replace(" ", "").startswith("v=dmarc1"):
            tags = {match[1].lower(): match[2].strip().lower() for match in _TAG.finditer(record)}
            if start and "sp" in tags:
                tags["p"] = tags["sp"]
            return tags
    return {}


def _valid_signature(raw: bytes, *, sender_domain: str, ask: Ask, policy: dict[str, str]) -> str:
    """The domain of a valid signature that is aligned with the sender's; blank: there is none."""

    def txt(name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - dkimpy gives it
        answer = ask(name.decode("ascii", "replace").rstrip("."))
        return answer.encode("ascii", "replace") if answer is not None else None

    message = dkim.DKIM(raw, minkey=1024)
    count = sum(1 for name, _value in message.headers if name.lower() == b"dkim-signature")
    for index in range(min(count, MAX_SIGNATURES)):
        try:
            is_valid = message.verify(idx=index, dnsfunc=txt)
        except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError):
            continue
        if is_valid and _counts(message.signature_fields):
            domain = str(message.signature_fields[b"d"], "ascii", "replace").lower()
            is_strict = policy.get("adkim") == "s"
            if domain == sender_domain or (not is_strict and are_aligned(domain, sender_domain)):
                return domain
    return ""


def _counts(fields: dict[bytes, bytes]) -> bool:
    """Whether a signature covers the whole message: `l=` lets a stranger write on below it."""
    return b"l" not in fields


def _resolver_of(servers: list[str]) -> Ask:
    resolver = dns.resolver.Resolver(configure=servers == ["system"])
    if servers != ["system"]:
        resolver.nameservers = [each.partition("#")[0] for each in servers]
        resolver.port = next((int(each.partition("#")[2]) for each in servers if "#" in each), 53)

    def ask(name: str) -> str | None:
        if time.monotonic() < _Rest.until:
            raise Silent
        try:
            answer = resolver.resolve(name, "TXT", lifetime=ALL_TOGETHER / 2)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError):
            return None
        except (dns.exception.DNSException, OSError) as error:
            if isinstance(error, dns.exception.Timeout):
                _Rest.until = time.monotonic() + LEFT_ALONE
            raise Silent from error
        except (UnicodeError, ValueError):
            return None
        texts = [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
        wanted = "v=dmarc1" if name.startswith("_dmarc.") else ""
        matching = [each for each in texts if each.lower().replace(" ", "").startswith(wanted)]
        return matching[0] if len(matching) == 1 or (matching and not wanted) else None

    return ask
