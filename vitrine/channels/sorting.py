"""What the house decides about a message before anybody reads it: blocked, spam, sorted.

`judge` is asked once for each new message, whatever its channel. It writes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from vitrine.channels.mail.parse import ParsedMail
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Organisation
from vitrine.directory.queries import (
    living_successor,
    organisation_of_domain,
    person_with_address,
)
from vitrine.kernel.clock import now
from vitrine.tickets.queries.rulebook import Rulebook, current_rulebook, key_of
from vitrine.tickets.rules import (
    Decision,
    MessageFacts,
    block_on,
    decide,
    opinion_of,
    spam_reason,
)

_BLOCKED = "The sender {sender} is blocked: {reason}"
_BY_RULE = "The sorting rule “{name}” says so."


@dataclass(frozen=True)
class Judgement:
    """What is to be done with a message.

    spam_reason   why nobody should read it, a sentence in English; blank when somebody should
    decision      how the ticket is sorted that it becomes
    """

    decision: Decision
    spam_reason: str = ""


class OrganisationFacts(TypedDict, total=False):
    """The part of MessageFacts that is known of an organisation."""

    organisations: tuple[str, ...]
    category: str


def judge(
    arrival: Arrival,
    *,
    mail: ParsedMail,
    language: str = "",
    continues_ours: Callable[[], bool],
    book: Rulebook | None = None,
) -> Judgement:
    """Whether `mail` is spam, and how it is sorted otherwise; one statement where no rule counts.

    continues_ours   whether it answers a message that we sent: then only a blocked sender is
                     turned away; asked only when something else would make it spam
    book             the rules as they are now; None: they are read
    A message that somebody called no spam is sorted, but not judged again.
    """
    book = book or current_rulebook()
    if arrival.believed_at is not None:
        return Judgement(_sorted(arrival, mail=mail, language=language, book=_harmless(book)))
    if reason := _blocked(arrival, mail=mail, book=book):
        return Judgement(Decision(), reason)
    decision = _sorted(arrival, mail=mail, language=language, book=book)
    opinion = opinion_of(mail.headers, trusted=book.trusted_hops)
    reason = spam_reason(opinion, points=book.spam_points)
    if not reason and decision.effects.is_spam:
        reason = _BY_RULE.format(name=decision.applied[-1].rule.name)
    return Judgement(decision, reason if reason and not continues_ours() else "")


def judge_facts(facts: MessageFacts, *, is_believed: bool) -> Judgement:
    """Whether a message that no mail filter has seen is spam by a rule, and how it is sorted.

    is_believed   somebody said that it is no spam
    """
    book = current_rulebook()
    decision = decide(facts, rules=_harmless(book).rules if is_believed else book.rules)
    if not decision.effects.is_spam:
        return Judgement(decision)
    return Judgement(decision, _BY_RULE.format(name=decision.applied[-1].rule.name))


def sort_request(facts: MessageFacts) -> Decision:
    """How a request is sorted that its sender has been told we have: never as spam."""
    return decide(facts, rules=_harmless(current_rulebook()).rules)


def asks_organisation() -> bool:
    """Whether any rule looks at the organisation of the sender."""
    return current_rulebook().asks_organisation


def _harmless(book: Rulebook) -> Rulebook:
    """The rules without those that make spam of what they meet."""
    return Rulebook(rules=tuple(rule for rule in book.rules if not rule.effects.is_spam))


def _blocked(arrival: Arrival, *, mail: ParsedMail, book: Rulebook) -> str:
    if not book.blocks:
        return ""
    at = now()
    senders = (mail.sender.address if mail.sender else "", arrival.envelope_from)
    for sender in senders:
        if sender and (block := block_on(sender, blocks=book.blocks, at=at)):
            return _BLOCKED.format(sender=sender, reason=block.reason)
    return ""


def _sorted(arrival: Arrival, *, mail: ParsedMail, language: str, book: Rulebook) -> Decision:
    if not book.rules:
        return Decision()
    sender = mail.sender.address if mail.sender else ""
    organisation = organisation_behind(sender) if book.asks_organisation else None
    facts = facts_of_mail(mail, arrival=arrival, language=language, organisation=organisation)
    return decide(facts, rules=book.rules)


def organisation_behind(address: str) -> Organisation | None:
    """The organisation of whoever writes from `address`, without making a person of him."""
    person = person_with_address(address) if address else None
    if person is not None:
        return living_successor(person.organisation) if person.organisation else None
    return organisation_of_domain(address) if address else None


def facts_of_mail(
    mail: ParsedMail, *, arrival: Arrival, language: str, organisation: Organisation | None
) -> MessageFacts:
    """What the rules may know about a mail."""
    addressed = (*mail.to, *mail.cc)
    return MessageFacts(
        sender=mail.sender.address if mail.sender else "",
        recipients=recipients_of(arrival, addressed=[one.address for one in addressed]),
        subject=mail.subject,
        text=mail.visible_text,
        language=language,
        channel=Channel.MAIL,
        has_files=any(not file.is_inline for file in mail.attachments),
        headers=mail.headers,
        **organisation_facts(organisation),
    )


def recipients_of(arrival: Arrival, *, addressed: Sequence[str] = ()) -> tuple[str, ...]:
    """Where it was delivered and whom its headers name, each once."""
    envelope = [address for address in arrival.envelope_to if isinstance(address, str)]
    return tuple(dict.fromkeys((*envelope, *addressed)))


def organisation_facts(organisation: Organisation | None) -> OrganisationFacts:
    """The organisation as rules name it."""
    if organisation is None:
        return {}
    return {
        "organisations": (key_of(organisation),),
        "category": organisation.category.code,
    }
