"""The timeline as it is printed: messages, and what happened between them in sentences."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vitrine.correspondence.choices import Channel, FailureClass
from vitrine.desk.rendering.contents import remarks_on_contents
from vitrine.desk.rendering.deliveries import Delivery, delivery_of
from vitrine.desk.rendering.faxes import PrintedFax, printed_fax
from vitrine.desk.rendering.happenings import sentence_of
from vitrine.desk.rendering.moments import dated_words, moment_words
from vitrine.desk.rendering.senders import Remark, remarks_on
from vitrine.desk.rendering.working_time import duration_words
from vitrine.journal.models import Entry
from vitrine.kernel.pictures import PICTURE_TYPES
from vitrine.tickets.choices import FileDanger, MessageKind
from vitrine.tickets.models import Attachment, Message
from vitrine.tickets.queries import Item, why_withheld

KINDS = {
    MessageKind.INCOMING: "incoming",
    MessageKind.REPLY: "reply",
    MessageKind.NOTE: "note",
    MessageKind.CALL: "call",
    MessageKind.SECOND_LINE: "second",
}
SOUND_TYPE = "audio/wav"
"""What callers leave."""
ASKED = (MessageKind.INCOMING, MessageKind.CALL)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment.

    href       blank when it is not given out
    refused    why it is not, a sentence
    danger     why one should think before opening it, a sentence
    thumbnail  where its small picture is; blank for what is no picture
    is_sound   whether the page plays it
    """

    name: str
    size: str
    href: str
    refused: str
    danger: str = ""
    thumbnail: str = ""
    is_sound: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """One journal entry as a sentence."""

    at: str
    when: str
    dated: str
    words: str


@dataclass(frozen=True, slots=True)
class Printed:
    """One place in the timeline; `events` is empty for a message.

    when   the time, with the day unless it is today
    dated  always with the day, for paper
    """

    id: int = 0
    kind: str = ""
    title: str = ""
    when: str = ""
    dated: str = ""
    lang: str = ""
    letters: str = ""
    text: str = ""
    quoted: str = ""
    files: list[File] = field(default_factory=list)
    delivery: Delivery | None = None
    original: str = ""
    as_sent: str = ""
    language: str = ""
    """Where the language of the message is corrected; blank: the reader may not."""
    split: str = ""
    resend: str = ""
    other_address: str = ""
    """Where it is sent to another address; blank: it arrived, or is still on its way."""
    arrived: str = ""
    """Where an agent says that a message of which we were not certain arrived."""
    remarks: list[Remark] = field(default_factory=list)
    forwarded_from: str = ""
    """Who wrote it first when somebody passed it on."""
    first_author: str = ""
    """Where the first author becomes the requester; blank: the reader may not."""
    fax: PrintedFax | None = None
    letter: str = ""
    """Where an answer on paper is printed."""
    events: list[Happening] = field(default_factory=list)
    summary: str = ""
    is_one: bool = False


def printed_timeline(items: list[Item], *, number: str, may_work: bool) -> list[Printed]:
    """The timeline of the ticket `number`, oldest first."""
    asked = sum(1 for item in items if item.message and item.message.kind in ASKED)
    return [
        _printed_events(item.event.entries)
        if item.event
        else printed_message(
            item.message, number=number, may_split=may_work and asked > 1, may_work=may_work
        )
        for item in items
        if item.event or item.message
    ]


def _printed_events(entries: list[Entry]) -> Printed:
    happenings = [
        Happening(
            at=entry.at.isoformat(),
            when=moment_words(entry.at),
            dated=dated_words(entry.at),
            words=sentence_of(entry),
        )
        for entry in entries
    ]
    if len(happenings) == 1:
        summary = f"{happenings[0].when} · {happenings[0].words}"
    else:
        count = len(happenings)
        summary = ngettext("%(count)d change", "%(count)d changes", count) % {"count": count}
    return Printed(events=happenings, summary=summary, is_one=len(happenings) == 1)


def printed_message(
    message: Message | None, *, number: str, may_split: bool = False, may_work: bool = False
) -> Printed:
    """A message with its author, files, delivery and what may be done with it."""
    assert message is not None
    is_note = message.kind == MessageKind.NOTE
    is_here = may_work and message.ticket.number == number
    acts = _delivery_acts(message, number=number) if is_here and message.promise else {}
    is_mail = message.arrival_id is not None and message.channel == Channel.MAIL
    may_correct = may_work and not is_note
    is_on_paper = message.kind == MessageKind.REPLY and message.channel == Channel.LETTER
    splits = may_split and message.kind in ASKED and message.ticket.number == number
    return Printed(
        id=message.pk,
        kind=KINDS[MessageKind(message.kind)],
        title=title_of(message, number=number),
        when=_with_length(moment_words(message.at), message=message),
        dated=_with_length(dated_words(message.at), message=message),
        lang=message.language,
        letters="" if is_note else message.language.upper(),
        text=message.text,
        quoted=message.quoted,
        files=[_printed_file(one) for one in message.attachments.all()],
        delivery=delivery_of(message.promise) if message.promise else None,
        original=reverse("desk:original", args=[message.pk]) if message.arrival_id else "",
        as_sent=reverse("desk:as-sent", args=[message.pk]) if is_mail else "",
        language=reverse("desk:message-language", args=[message.pk]) if may_correct else "",
        split=reverse("desk:split", args=[number, message.pk]) if splits else "",
        letter=reverse("desk:letter", args=[message.pk]) if is_on_paper else "",
        fax=printed_fax(message, language=get_language() or "fr"),
        remarks=_remarks(message),
        forwarded_from=message.forwarded_from,
        first_author=_first_author(message, number=number) if is_here else "",
        other_address=acts.get("other_address", ""),
        resend=acts.get("resend", ""),
        arrived=acts.get("arrived", ""),
    )


def _remarks(message: Message) -> list[Remark]:
    if message.arrival is None:
        return []
    kept = message.arrival.authenticity
    return [*remarks_on(kept), *remarks_on_contents(kept)]


def _delivery_acts(message: Message, *, number: str) -> dict[str, str]:
    """What may be done with a message that was not delivered: where each is done."""
    owed = message.promise
    if owed is None or not (owed.failed_at or owed.failure_class):
        return {}
    acts = {"other_address": reverse("desk:other-address", args=[number, message.pk])}
    if owed.failed_at is not None:
        acts["resend"] = reverse("desk:resend", args=[number, message.pk])
    if owed.failed_at is not None and owed.failure_class == FailureClass.UNCERTAIN:
        acts["arrived"] = reverse("desk:arrived", args=[number, message.pk])
    return acts


def _first_author(message: Message, *, number: str) -> str:
    """Where the first author of what was passed on becomes the requester."""
    if not message.forwarded_from:
        return ""
    asked = urlencode({"message": message.pk})
    return f"{reverse('desk:requester', args=[number])}?{asked}"


def title_of(message: Message, *, number: str) -> str:
    """Who wrote or said it; for a merged ticket also where it came from."""
    author = message.by_account or message.by_person
    name = author.name if author else _("unknown sender")
    kind = MessageKind(message.kind)
    if kind == MessageKind.INCOMING:
        name = message.by_person.name if message.by_person else _("unknown sender")
        title = name
    elif kind == MessageKind.CALL:
        caller = message.by_person.name if message.by_person else _("unknown caller")
        title = _("Call from %(name)s") % {"name": caller}
    elif kind == MessageKind.NOTE:
        title = _("Internal note: stays here · %(name)s") % {"name": name}
    elif kind == MessageKind.SECOND_LINE:
        title = _("Second line · %(name)s") % {"name": name}
    else:
        title = _("Reply of %(name)s") % {"name": name}
    if message.ticket.number != number:
        title = f"{title} ({message.ticket.spoken_number})"
    return title


def _with_length(words: str, *, message: Message) -> str:
    if message.call_began_at and message.call_ended_at:
        length = duration_words(message.call_ended_at - message.call_began_at)
        words = _("%(when)s · call of %(length)s") % {"when": words, "length": length}
    return words


def _printed_file(attachment: Attachment) -> File:
    withheld = why_withheld(attachment)
    is_picture = attachment.content_type in PICTURE_TYPES and not withheld
    return File(
        name=attachment.name,
        size=filesizeformat(attachment.size),
        href="" if withheld else reverse("desk:attachment", args=[attachment.pk]),
        refused=withheld,
        danger=str(FileDanger(attachment.danger).label) if attachment.danger else "",
        thumbnail=reverse("desk:thumbnail", args=[attachment.pk]) if is_picture else "",
        is_sound=attachment.content_type == SOUND_TYPE and not withheld,
    )
