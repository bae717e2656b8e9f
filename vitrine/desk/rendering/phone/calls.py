"""The rows of the list of calls, and the facts of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.desk.rendering.moments import moment_words
from vitrine.desk.rendering.parts import Fact
from vitrine.desk.rendering.phone.words import language_words, length_words
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.models import Call


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in a line."""

    pk: int
    href: str
    when: str
    who: str
    number: str
    language: str
    outcome: str
    is_lost: bool
    """Whether nobody answered."""
    wait: str
    talk: str
    agent: str
    for_whom: str
    ticket: str
    ticket_href: str
    is_simulated: bool


def call_rows(calls: Iterable[Call], *, names: Mapping[str, str], reader: str) -> list[CallRow]:
    """Calls as they are printed; `names` as in `floor_page`."""
    return [_row(one, names=names, reader=reader) for one in calls]


def _row(call: Call, *, names: Mapping[str, str], reader: str) -> CallRow:
    number = display(call.number, language=reader) if call.number else _no_number(call)
    answerer = call.answered_by or call.last_agent
    return CallRow(
        pk=call.pk,
        href=reverse("desk:phone-call", args=[call.pk]),
        when=moment_words(at) if (at := call.arrived_at or call.offered_at) else "–",
        who=call.person.name if call.person else "",
        number=number,
        language=call.language,
        outcome=outcome_words(call),
        is_lost=call.outcome not in ("", "answered"),
        wait=_wait(call),
        talk=length_words(call.talk_seconds + call.hold_seconds) if call.talk_seconds else "–",
        agent=names.get(answerer, answerer),
        for_whom=call.colleague.name if call.colleague else "",
        ticket=call.ticket.spoken_number if call.ticket else "",
        ticket_href=reverse("desk:ticket", args=[call.ticket.number]) if call.ticket else "",
        is_simulated=call.is_simulated,
    )


def _no_number(call: Call) -> str:
    return _("number erased") if call.number_erased_at else _("number withheld")


def _wait(call: Call) -> str:
    if call.offered_at is None or call.decided_at is None:
        return "–"
    return length_words((call.decided_at - call.offered_at).total_seconds())


def outcome_words(call: Call) -> str:
    """How it ended, in the queue or in the menu; that it is there while it is."""
    if call.outcome:
        return str(call.get_outcome_display())
    if call.menu_exit:
        return str(call.get_menu_exit_display())
    return _("is there now") if call.ended_at is None else _("ended")


def call_facts(call: Call, *, names: Mapping[str, str]) -> list[Fact]:
    """What is known of a call beside its story; what is nothing is left out."""
    announced = call.announced_seconds
    values = [
        (_("Language"), language_words(call.language)),
        (_("Outcome"), outcome_words(call)),
        (_("Waited"), _wait(call)),
        (_("Talked"), length_words(call.talk_seconds)),
        (_("On hold"), length_words(call.hold_seconds) if call.hold_seconds else ""),
        (_("Announced wait"), "" if announced is None else length_words(announced)),
        (_("Telephones that rang"), str(call.rung or "")),
        (_("Not picked up"), str(call.missed or "")),
        (_("Answered by"), names.get(call.answered_by, call.answered_by)),
        (_("Service"), names.get(call.service, call.service)),
        (_("For"), call.colleague.name if call.colleague else ""),
    ]
    facts = [Fact(label, text) for label, text in values if text]
    if call.problem:
        facts.append(Fact(_("Problem"), call.problem, tone="late"))
    return facts
