"""One of everything that the addresses of the telephone show, for the permission matrix."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.models import Model

from tests.unit.test_loudness import file_of, good
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.telephony.actions import (
    ask_forecast,
    leave_message,
    set_up_number,
    take_recording,
)
from vitrine.telephony.models import Call, CallBack, PhraseRecording
from vitrine.telephony.rules.phrases import sound_name
from vitrine.telephony.rules.what_if import Demand, WhatIf
from vitrine.tickets.models import Ticket


def call(_ticket: Ticket) -> Call:
    """A call that was answered by nobody yet."""
    return Call.objects.create(name="one-call", offered_at=now(), is_stale=False)


def call_back(_ticket: Ticket) -> CallBack:
    """Somebody who waits to be called back."""
    at = now()
    return CallBack.objects.create(
        number="+3225550199", reason="asked", first_called_at=at, last_called_at=at, due_at=at
    )


def forecast(_ticket: Ticket) -> Model:
    """A question about a quiet half-hour."""
    demand = (Demand(begins="09:00", calls={"fr": 2.0}),)
    question = WhatIf(demand=demand, team=((("fr",), 1),), talk=60.0)
    return ask_forecast(question, by=Account.objects.earliest("pk"))


def call_taker(_ticket: Ticket) -> Account:
    """Somebody who may have a telephone."""
    return Account.objects.filter(roles__contains=[Role.CALL_TAKER]).earliest("pk")


def colleague_message(ticket: Ticket) -> Model:
    """What somebody wants to tell Dora."""
    dora = Account.objects.get(email="dora@desk.example")
    bruno = Account.objects.get(email="bruno@desk.example")
    return leave_message(dora, ticket=ticket, text="Rappeler demain.", by=bruno)


def recorded_phrase(_ticket: Ticket) -> Model:
    """A greeting that somebody has recorded."""
    return take_recording("welcome", language="de", content=file_of(good(0.3)), by=None).row


def machine_sound(ticket: Ticket) -> Model:
    """The same greeting, which this computer has as the machine says it."""
    row = PhraseRecording.objects.get(pk=recorded_phrase(ticket).pk)
    name = sound_name(row.text, language=row.language)
    file = Path(settings.SOUNDS) / "made" / row.language / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(row.content))
    return row


PHONE_OBJECTS: dict[str, Callable[[Ticket], Model]] = {
    "desk:phone-call": call,
    "desk:call-back": call_back,
    "desk:message-read": colleague_message,
    "desk:what-if": forecast,
    "desk:telephone": call_taker,
    "desk:phone-recording-removal": recorded_phrase,
    "desk:phone-recording-sound": recorded_phrase,
    "desk:phone-machine-sound": machine_sound,
    "desk:phone-number-removal": lambda _ticket: set_up_number("4711", purpose="desk", by=None),
}
