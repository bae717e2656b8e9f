"""A call from the first word to its outcome, on one screen."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.desk.forms.callers import (
    ORGANISATION,
    PERSON,
    choices_for,
    chosen_caller,
    settled_caller,
)
from vitrine.desk.forms.calls import ANSWERED, DELEGATED, CallForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page
from vitrine.desk.views.acts import to_ticket
from vitrine.directory.errors import DirectoryError
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import reply_language_for
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.access import calls_for
from vitrine.telephony.actions import leave_message, settle_phone_call
from vitrine.telephony.errors import PhoneError
from vitrine.telephony.models import Call
from vitrine.telephony.queries import known_number
from vitrine.tickets import actions
from vitrine.tickets.access import tickets_for
from vitrine.tickets.choices import Impact, Urgency
from vitrine.tickets.errors import TicketError
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import open_interruption

LAST_TICKETS = 5
MOST_TWINS = 2
SAID = ("text", "language", "question_type", "urgency", "impact")
SAME_WITHIN = timedelta(days=7)
"""Same person and same question type within this time: probably the same request."""


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def new_call(request: StaffRequest) -> HttpResponse:
    """The empty mask; with `call` that of a call by telephone; a POST stores the call."""
    account = request.user
    call = _call_by_telephone(request)
    if request.method == "GET":
        form = CallForm(account=account, initial=_beginning(request, call=call))
        return _mask(request, form, call=call)
    form = CallForm(request.POST, account=account)
    if "find" in request.POST:
        return _mask(request, form, call=call, errors=False)
    if form.is_valid():
        try:
            ticket = store_call(form.cleaned_data, call=call, by=account)
        except (TicketError, DirectoryError, PhoneError) as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return to_ticket(ticket)
    return _mask(request, form, call=call, status=422)


def _call_by_telephone(request: StaffRequest) -> Call | None:
    """The call that is written up; None: it came in another way. 404 for one that is not there."""
    number = request.POST.get("call") or request.GET.get("call") or ""
    if not number:
        return None
    calls = calls_for(request.user).select_related("person", "colleague", "ticket")
    return get_object_or_404(calls, pk=int(number) if number.isdigit() else 0)


def _beginning(request: StaffRequest, *, call: Call | None) -> dict[str, object]:
    caller = request.GET.get("caller", "") or _caller_of(call)
    person, organisation = chosen_caller(caller, account=request.user)
    known = reply_language_for(person, organisation, used=None).language if person else None
    began = (call and (call.answered_at or call.offered_at)) or now()
    return {
        "caller": caller,
        "q": request.GET.get("q", "") or (person.name if person and call else ""),
        "new_phone": call.number if call and not person else "",
        "language": (call and call.language) or known or request.user.ui_language,
        "urgency": Urgency.QUESTION,
        "impact": Impact.USER,
        "began_at": began.isoformat(),
        "tells_colleague": True,
    }


def _caller_of(call: Call | None) -> str:
    """Who has the number of the call, as a value of the caller box; blank: nobody, or several."""
    if call is None:
        return ""
    known = known_number(call.number)
    person = call.person or known.person
    if person is not None:
        return f"{PERSON}{person.pk}"
    return f"{ORGANISATION}{known.organisation.pk}" if known.organisation else ""


def _mask(
    request: StaffRequest,
    form: CallForm,
    *,
    call: Call | None,
    errors: bool = True,
    status: int = 200,
) -> HttpResponse:
    person, organisation = form.chosen()
    words = str(form["q"].value() or "")
    context: dict[str, Any] = {
        "form": form,
        "call": call,
        "number": display(call.number, language=request.LANGUAGE_CODE) if call else "",
        "shows_errors": errors and form.is_bound,
        "words_typed": words,
        "found": choices_for(words, language=request.user.ui_language),
        "card": card_of(request, person, organisation),
        "outcome": form["outcome"].value() if form.is_bound else "",
        "interruption": open_interruption(),
    }
    return render_page(request, "desk/call.html", context, parts=("card",), status=status)


def card_of(
    request: StaffRequest, person: Person | None, organisation: Organisation | None
) -> dict[str, Any]:
    """Who calls: contacts, reply language, last tickets, and a warning of a duplicate."""
    if person is None and organisation is None:
        return {}
    answered = reply_language_for(person, organisation, used=None)
    mine = tickets_for(request.user).select_related("question_type").order_by("-id")
    same = mine.filter(requester=person) if person else mine.filter(organisation=organisation)
    tickets = list(same[:LAST_TICKETS])
    typed = request.GET.get("question_type", "") or request.POST.get("question_type", "")
    language = request.user.ui_language
    twins = [one for one in tickets if person and is_twin(one, typed=typed)]
    return {
        "person": person,
        "numbers": [display(one.number, language=language) for one in person.phone_numbers.all()]
        if person
        else [],
        "organisation": organisation,
        "organisation_name": organisation.name_in(language) if organisation else "",
        "answered": answered,
        "language": Language(answered.language).label,
        "reason": answered.reason.label,
        "twins": twins[:MOST_TWINS],
        "tickets": [one for one in tickets if one not in twins[:MOST_TWINS]],
    }


def is_twin(ticket: Ticket, *, typed: str) -> bool:
    """Whether a ticket of the same person is probably the same request.

    typed  the question type as typed; blank: any type counts
    """
    if now() - ticket.opened_at > SAME_WITHIN:
        return False
    kind = ticket.question_type
    if not typed or kind is None:
        return True
    names = (kind.name_fr, kind.name_nl, kind.name_de, kind.name_en)
    return any(name and typed.casefold().endswith(name.casefold()) for name in names)


def store_call(data: dict[str, Any], *, call: Call | None = None, by: Account) -> Ticket:
    """Store a call with its outcome: both or neither.

    call  as the telephone knows it, with its own ticket; None: it came in another way
    """
    said = {
        "who_asks": lambda: settled_caller(data, language=data["language"], by=by),
        "outcome": lambda ticket: _outcome(ticket, data=data, call=call, by=by),
        "subject": data["subject"] or data["text"].strip().splitlines()[0][:80],
        "by": by,
        **{name: data[name] for name in SAID},
    }
    if call is not None:
        return settle_phone_call(call, **said)
    channel = data["channel"] or Channel.PHONE
    return actions.settle_call(**said, began_at=data["began_at"], ended_at=now(), channel=channel)


def _outcome(ticket: Ticket, *, data: dict[str, Any], call: Call | None, by: Account) -> None:
    if call is not None and call.colleague is not None and data["tells_colleague"]:
        leave_message(call.colleague, ticket=ticket, text=data["text"], call=call, by=by)
    if data["joins"] and (interruption := open_interruption()):
        actions.join_interruption(ticket, interruption=interruption, by=by)
    if data["outcome"] == ANSWERED:
        actions.close_directly(ticket, answer=data["answer"], in_writing=data["in_writing"], by=by)
    elif data["outcome"] == DELEGATED:
        motive = data["motive"] or data["text"]
        actions.delegate(ticket, service=data["service"], motive=motive, by=by)
    else:
        names = ("next_action", "promised_for", "tell")
        actions.keep_open(ticket, **{name: data[name] for name in names}, by=by)


@open_to(*DESK)
@require_GET
def callers(request: StaffRequest) -> HttpResponse:
    """Those who fit `q`, as options of the caller box."""
    words = request.GET.get("q", "")
    context = {"found": choices_for(words, language=request.user.ui_language), "words": words}
    return render_page(request, "desk/callers.html#found", context, parts=())
