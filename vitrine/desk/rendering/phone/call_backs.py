"""Whom the desk calls back, ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.accounts.models import Account
from vitrine.desk.rendering.moments import moment_words
from vitrine.kernel.clock import now
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.choices import CallBackEnd
from vitrine.telephony.models import CallBack

TAKE, PUT_BACK, TRIED, DIAL = "take", "put-back", "tried", "dial"
"""Acts that are no end."""


@dataclass(frozen=True, slots=True)
class CallBackLine:
    """One number that is called back, however often it has called."""

    pk: int
    href: str
    due: str
    is_late: bool
    who: str
    about: str
    number: str
    tel: str
    language: str
    reason: str
    times: str
    tries: str
    standing: str
    """Who has it, or that the telephone calls by itself, or how it ended."""
    is_mine: bool
    ticket: str
    ticket_href: str
    acts: list[tuple[str, str, bool]] = field(default_factory=list)
    """(name, words, whether it is the one to press)."""


def call_back_lines(
    rows: Iterable[CallBack], *, account: Account, is_at_telephone: bool
) -> list[CallBackLine]:
    """Call-backs as they are printed for `account`.

    is_at_telephone  whether his telephone can call by itself
    """
    return [_line(row, account=account, dials=is_at_telephone) for row in rows]


def _line(row: CallBack, *, account: Account, dials: bool) -> CallBackLine:
    reader = account.ui_language
    organisation = row.person.organisation if row.person else None
    is_mine = row.taken_by_id == account.pk
    return CallBackLine(
        pk=row.pk,
        href=reverse("desk:call-back", args=[row.pk]),
        due=moment_words(row.due_at),
        is_late=row.ended_at is None and row.due_at < now(),
        who=row.person.name if row.person else "",
        about=organisation.name_in(reader) if organisation else "",
        number=display(row.number, language=reader) if row.number else _("number erased"),
        tel=row.number.replace(";ext=", ","),
        language=row.language,
        reason=str(row.get_reason_display()),
        times=ngettext("called once", "called %(count)d times", row.times_called)
        % {"count": row.times_called},
        tries=_tries(row),
        standing=_standing(row, is_mine=is_mine),
        is_mine=is_mine,
        ticket=row.ticket.spoken_number if row.ticket else "",
        ticket_href=reverse("desk:ticket", args=[row.ticket.number]) if row.ticket else "",
        acts=_acts(row, is_mine=is_mine, dials=dials),
    )


def _tries(row: CallBack) -> str:
    if not row.tries or row.last_tried_at is None:
        return ""
    return ngettext(
        "tried once in vain, %(when)s", "tried %(count)d times in vain, last %(when)s", row.tries
    ) % {"count": row.tries, "when": moment_words(row.last_tried_at)}


def _standing(row: CallBack, *, is_mine: bool) -> str:
    if row.ended_at is not None:
        who = f", {row.ended_by.name}" if row.ended_by else ""
        return f"{row.get_end_display()}{who}, {moment_words(row.ended_at)}"
    if is_mine:
        return _("you have it")
    if row.taken_by is not None:
        return _("%(name)s has it") % {"name": row.taken_by.name}
    return _("the telephone calls by itself") if row.is_automatic else ""


def _acts(row: CallBack, *, is_mine: bool, dials: bool) -> list[tuple[str, str, bool]]:
    if row.ended_at is not None:
        return []
    if not is_mine:
        return [] if row.taken_by_id else [(TAKE, _("I call back"), False)]
    acts = [(DIAL, _("Call now"), True)] if dials else []
    return [
        *acts,
        (CallBackEnd.REACHED.value, _("Reached"), not dials),
        (TRIED, _("No answer"), False),
        (CallBackEnd.NOT_NEEDED.value, _("Not needed"), False),
        (PUT_BACK, _("Give back"), False),
    ]
