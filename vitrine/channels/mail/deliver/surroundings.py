"""What stands around the words of a message: number, signature, what it answers, its files.

Read for many messages at once: what they have in common is asked for once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.dateformat import format as format_date

from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import closing_block
from vitrine.kernel.clock import BRUSSELS
from vitrine.kernel.text import excerpt
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Attachment, Message, Ticket

_WROTE = {
    "fr": ("Le {day}, {name} a écrit :", "j F Y à H:i"),
    "nl": ("Op {day} schreef {name}:", "j F Y \\o\\m H:i"),
    "de": ("Am {day} schrieb {name}:", "j. F Y \\u\\m H:i"),
    "en": ("On {day} {name} wrote:", "j F Y \\a\\t H:i"),
}
LONGEST_QUOTE = 1500
"""Characters of the request that an answer repeats: enough to know it again."""
Quote = tuple[str, str, str]
"""Heading, words, and their language."""


@dataclass(frozen=True)
class Surroundings:
    """What a message needs besides its own words.

    number      of the ticket that it is about; blank: it is about none
    signature   who is able to inform (law of 11 April 1994); blank for colleagues
    quote       what the requester wrote last, in an answer; None: nothing is repeated
    """

    number: str = ""
    signature: str = ""
    quote: Quote | None = None
    files: Sequence[Attachment] = ()


def surroundings_of(promises: Sequence[Promise]) -> dict[int, Surroundings]:
    """Those of each of `promises`, by its key."""
    about = [owed.subject_id for owed in promises if _is_about_ticket(owed)]
    numbers = dict(Ticket.objects.filter(pk__in=about).values_list("pk", "number"))
    files: dict[int, list[Attachment]] = {}
    sent = Attachment.objects.filter(message__promise__in=promises).exclude(sha256="")
    for file in sent.select_related("message").order_by("id"):
        files.setdefault(file.message.promise_id or 0, []).append(file)
    signatures: dict[tuple[int | None, str], str] = {}
    found = {}
    for owed in promises:
        key = owed.handler_id, owed.language
        if key not in signatures:
            signatures[key] = closing_block(owed.handler, language=owed.language)
        found[owed.pk] = Surroundings(
            number=numbers.get(owed.subject_id, "") if _is_about_ticket(owed) else "",
            signature="" if owed.kind == PromiseKind.DELEGATION else signatures[key],
            quote=_quote_of(owed),
            files=files.get(owed.pk, ()),
        )
    return found


def _is_about_ticket(owed: Promise) -> bool:
    return owed.subject_type == Ticket._meta.label_lower


def _quote_of(owed: Promise) -> Quote | None:
    """What the requester wrote last, shortened: heading, text and its language.

    Only his own words, and only in an answer: nothing is shown to anybody for the first time.
    """
    if owed.kind != PromiseKind.ANSWER or not _is_about_ticket(owed):
        return None
    asked = (
        Message.objects.filter(
            ticket=owed.subject_id,
            kind=MessageKind.INCOMING,
            by_person=owed.to_person_id,
            at__lte=owed.promised_at,
        )
        .order_by("-at", "-id")
        .first()
    )
    if owed.to_person is None or asked is None or not asked.text.strip():
        return None
    words = asked.text.strip()
    if len(words) > LONGEST_QUOTE:
        words = f"{words[:LONGEST_QUOTE].rpartition(' ')[0]} …"
    pattern, day = _WROTE[owed.language]
    with translation.override(owed.language):
        written = format_date(asked.at.astimezone(BRUSSELS), day)
    name = excerpt(owed.to_person.name, length=80)
    return pattern.format(day=written, name=name), words, asked.language
