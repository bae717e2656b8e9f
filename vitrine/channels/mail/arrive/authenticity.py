"""Does it come from whom it says? What is proven, what is refuted, and what looks odd."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings

from vitrine.channels.mail.arrive.results import Result, trusted_results
from vitrine.channels.mail.arrive.signatures import Ask, are_aligned, signed_by
from vitrine.channels.mail.parse import ParsedMail
from vitrine.kernel.text import without_controls

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@([\w-]+(?:\.[\w-]+)+)")


class Verdict(StrEnum):
    """What is known of the sender."""

    PROVEN = "proven"
    """The domain vouches for the message."""
    REFUTED = "refuted"
    """The domain says that such a message is not its own (DMARC)."""
    UNPROVEN = "unproven"
    """It was examined, and nothing vouches for it."""
    UNKNOWN = ""
    """Nobody has examined it, or no answer came."""


class Doubt(StrEnum):
    """What may mislead the person who reads."""

    NAME_IS_ADDRESS = "name_is_address"
    """The name shows an address of another domain."""
    NAME_IS_OFFICE = "name_is_office"
    """The name is that of an organisation which the address does not belong to."""
    REPLY_ELSEWHERE = "reply_elsewhere"
    """An answer would go to another domain."""
    SENT_BY_OTHER = "sent_by_other"
    """The envelope names another domain."""
    TWO_SENDERS = "two_senders"
    """There are several From lines: programs show different ones."""


@dataclass(frozen=True)
class Authenticity:
    """The finding about one message.

    domain   the sender's
    doubts   each with what it saw: an address, a domain or a name
    """

    verdict: Verdict = Verdict.UNKNOWN
    domain: str = ""
    doubts: tuple[tuple[Doubt, str], ...] = field(default=())

    @property
    def is_forged(self) -> bool:
        """Whether the sender's name must open nothing and get no automatic answer."""
        return self.verdict == Verdict.REFUTED

    def with_doubt(self, doubt: Doubt, *, seen: str) -> "Authenticity":
        """The finding with one more doubt."""
        return Authenticity(self.verdict, self.domain, (*self.doubts, (doubt, seen)))

    def as_kept(self) -> dict[str, object]:
        """How the arrival keeps it; empty when there is nothing to say."""
        if self.verdict == Verdict.UNKNOWN and not self.doubts:
            return {}
        doubts = [[str(doubt), without_controls(seen)[:200]] for doubt, seen in self.doubts]
        domain = without_controls(self.domain)[:254]
        return {"verdict": str(self.verdict), "domain": domain, "doubts": doubts}


def examined(
    mail: ParsedMail, *, raw: bytes, envelope_from: str, ask: Ask | None = None
) -> Authenticity:
    """What is known of the sender of `mail`; asks DNS only when the settings allow it.

    raw   the message as it came
    ask   answers instead of the configured name servers (tests)
    """
    if mail.sender is None:
        return Authenticity()
    doubts = doubts_about(mail, envelope_from=envelope_from)
    several = any(doubt == Doubt.TWO_SENDERS for doubt, _seen in doubts)
    verdict = Verdict.UNPROVEN if several else _verdict(mail, raw=raw, ask=ask)
    if verdict == Verdict.PROVEN:
        doubts = tuple(each for each in doubts if each[0] != Doubt.SENT_BY_OTHER)
    return Authenticity(verdict, mail.sender.domain, doubts)


def _verdict(mail: ParsedMail, *, raw: bytes, ask: Ask | None) -> Verdict:
    assert mail.sender is not None
    domain = mail.sender.domain
    if settings.AUTHSERV_IDS:
        results = trusted_results(mail.headers, servers=settings.AUTHSERV_IDS)
        if results:
            return verdict_of(results, domain=domain)
    if not settings.DNS_SERVERS and ask is None:
        return Verdict.UNKNOWN
    signed = signed_by(raw, sender_domain=_ascii(domain), ask=ask)
    if signed is None:
        return Verdict.UNKNOWN
    if signed.domain:
        return Verdict.PROVEN
    return Verdict.REFUTED if signed.policy in ("quarantine", "reject") else Verdict.UNPROVEN


def verdict_of(results: list[Result], *, domain: str) -> Verdict:
    """What the results of a mail server that we trust say about the sender's `domain`."""
    domain = _ascii(domain)
    for each in results:
        if each.method == "dmarc" and each.domain in ("", domain):
            if each.result == "pass":
                return Verdict.PROVEN
            if each.result == "fail":
                return Verdict.REFUTED
            break
    for each in results:
        is_vouched = each.method in ("dkim", "spf") and each.result == "pass"
        if is_vouched and are_aligned(each.domain, domain):
            return Verdict.PROVEN
    return Verdict.UNPROVEN


def doubts_about(mail: ParsedMail, *, envelope_from: str) -> tuple[tuple[Doubt, str], ...]:
    """What may mislead a reader, as far as the message itself shows it."""
    assert mail.sender is not None
    domain = mail.sender.domain
    found: list[tuple[Doubt, str]] = []
    if sum(1 for name, _value in mail.headers if name == "from") > 1:
        found.append((Doubt.TWO_SENDERS, mail.sender.address))
    shown = _ADDRESS.search(mail.sender.name)
    if shown and not are_aligned(shown[1], domain):
        found.append((Doubt.NAME_IS_ADDRESS, shown[0]))
    elsewhere = [each for each in mail.reply_to if not are_aligned(each.domain, domain)]
    if elsewhere and len(elsewhere) == len(mail.reply_to):
        found.append((Doubt.REPLY_ELSEWHERE, elsewhere[0].address))
    sent_by = envelope_from.strip(" <>").rpartition("@")[2].lower()
    if sent_by and not are_aligned(sent_by, domain):
        found.append((Doubt.SENT_BY_OTHER, sent_by))
    return tuple(found)


def _ascii(domain: str) -> str:
    """`domain` as it stands in DNS; one that cannot stand there is left as it is."""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain.lower()
