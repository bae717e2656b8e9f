"""What callers leave behind: messages to be heard, messages for colleagues who are away."""

import io
import os
import time
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import World
from tests.feature.test_phone_records import offer, signed_in
from tests.phone_journal import MORNING, Journal
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.telephony.access import colleague_messages_for, voicemails_for
from vitrine.telephony.actions import (
    acknowledge_message,
    keep_events,
    leave_message,
    note_heard,
    store_voicemail,
)
from vitrine.telephony.errors import MessageEmpty, NotTheReceiver
from vitrine.telephony.models import Call, ColleagueMessage, Voicemail
from vitrine.telephony.rules.names import agent_name
from vitrine.tickets.models import Ticket
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow.talking import CallArrived, LeftMenu
from vitrine.voice.records import STILL_GROWS, collect_left_behind


def sound(*, seconds: float = 1.0) -> bytes:
    """A WAV file of silence, 8 kHz."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x00" * int(8000 * seconds))
    return made.getvalue()


def test_a_message_left_while_waiting_is_heard_in_the_ticket_of_the_call(
    world: World, client: Client
) -> None:
    journal = Journal()
    number = world.pieter.phone_numbers.get().number
    offer(journal, "c-1", at=10, number=number, language="nl")
    journal.happens(core.MessageLeft(call="c-1"), at=60)
    keep_events(journal.entries)

    kept = store_voicemail(
        "c-1", content=sound(seconds=2), seconds=2.0, spoken=1.5, at=MORNING + timedelta(minutes=2)
    )
    again = store_voicemail("c-1", content=sound(), seconds=1.0, at=MORNING + timedelta(minutes=3))

    ticket = Ticket.objects.get()
    assert again == kept
    assert kept.message.ticket == ticket
    assert ticket.requester == world.pieter
    assert list(voicemails_for(world.bruno)) == [kept]
    assert not voicemails_for(world.dora).exists()
    client.force_login(world.bruno)
    response = client.get(f"/desk/attachments/{kept.attachment_id}/")
    assert response.headers["Content-Type"] == "audio/wav"
    assert not response.headers.get("Content-Disposition", "").startswith("attachment")
    assert response.getvalue()[:4] == b"RIFF"
    part = client.get(f"/desk/attachments/{kept.attachment_id}/", headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.content) == (206, b"WAVE")  # players ask for parts
    assert note_heard(kept, by=world.bruno).heard_by == world.bruno
    assert note_heard(kept, by=world.carla).heard_by == world.bruno


def test_a_message_left_when_the_desk_is_closed_opens_a_ticket_of_its_own(world: World) -> None:
    journal = Journal()
    number = world.ana.phone_numbers.get().number
    journal.write(CallArrived(call="c-9", number=number, dialled="+3222001000"), seconds=5)
    journal.write(LeftMenu(call="c-9", reason="message"), seconds=40)

    # The sound may be brought before the journal is.
    store_voicemail("c-9", content=sound(), seconds=1.0, at=MORNING, number=number, language="de")
    keep_events(journal.entries)

    call = Call.objects.get()
    assert (call.menu_exit, call.offered_at, call.person) == ("message", None, world.ana)
    assert call.ticket is not None
    assert (call.ticket.requester, call.ticket.language) == (world.ana, "de")
    assert Ticket.objects.count() == 1
    assert Voicemail.objects.get().call == call


def test_what_callers_said_while_nobody_routed_comes_into_tickets(
    world: World, tmp_path: Path
) -> None:
    journal = Journal()
    number = world.pieter.phone_numbers.get().number
    offer(journal, "c-1-2", at=10, number=number, language="nl")
    journal.happens(core.MessageLeft(call="c-1-2"), at=60)
    keep_events(journal.entries)
    names = ("message_c-1-2_7", f"fallback_1795400000_{number}_17954000001", "message_c-9_1")
    long_ago = time.time() - STILL_GROWS - 1
    for name, seconds in zip(names, (3.0, 2.0, 0.1), strict=True):
        (tmp_path / f"{name}.wav").write_bytes(sound(seconds=seconds))
        os.utime(tmp_path / f"{name}.wav", (long_ago, long_ago))
    (tmp_path / "message_c-8_1.wav").write_bytes(sound())  # it is being recorded

    assert collect_left_behind(tmp_path) == 2

    kept = Voicemail.objects.get(call__name="c-1-2")
    other = Voicemail.objects.exclude(pk=kept.pk).get()
    assert (round(kept.seconds), kept.message.ticket.requester) == (3, world.pieter)
    assert (round(other.seconds), other.call.number) == (2, number)
    assert [file.name for file in tmp_path.glob("*.wav")] == ["message_c-8_1.wav"]
    assert collect_left_behind(tmp_path) == 0


def test_a_file_that_only_says_to_be_sound_is_not_played(world: World, client: Client) -> None:
    kept = store_voicemail("c-1", content=b"<html>not sound", seconds=1.0, at=MORNING)
    client.force_login(world.bruno)

    response = client.get(f"/desk/attachments/{kept.attachment_id}/")

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_an_absent_colleague_is_told_of_a_call_that_nobody_answered(world: World) -> None:
    journal = Journal()
    number = world.ana.phone_numbers.get().number
    journal.happens(
        core.CallOffered(
            call="c-1", number=number, language="de", for_colleague=agent_name(world.dora.pk)
        ),
        at=10,
    )
    journal.happens(core.CallerGone(call="c-1"), at=70)
    keep_events(journal.entries)
    keep_events(journal.entries)

    message = ColleagueMessage.objects.get()
    assert (message.colleague, message.by, message.text) == (world.dora, None, "")
    assert Call.objects.get().colleague == world.dora
    owed = Promise.objects.get(kind=PromiseKind.COLLEAGUE)
    assert owed.to_account == world.dora
    assert "Ana Beispiel" in owed.subject
    assert owed.is_automatic
    assert list(colleague_messages_for(world.dora)) == [message]
    assert not colleague_messages_for(world.fanny).exists()


def test_a_message_for_a_colleague_is_mailed_and_acknowledged_by_nobody_else(
    world: World,
) -> None:
    journal = Journal()
    name = signed_in(journal, world)
    journal.happens(
        core.CallOffered(call="c-1", language="fr", for_colleague=agent_name(world.dora.pk)), at=10
    )
    journal.happens(core.LegAnswered(call="c-1", agent=name), at=15)
    keep_events(journal.drain())
    call = Call.objects.get()
    assert call.ticket is not None

    message = leave_message(
        world.dora,
        ticket=call.ticket,
        text="Il rappelle demain à 10 h ; numéro national 85.07.30-033.28.",
        by=world.bruno,
        call=call,
    )
    journal.happens(core.CallerGone(call="c-1"), at=100)
    keep_events(journal.drain())

    assert ColleagueMessage.objects.get() == message, "an answered call leaves no second one"
    owed = Promise.objects.get(kind=PromiseKind.COLLEAGUE)
    assert (owed.to_account, owed.handler) == (world.dora, world.bruno)
    assert "demain à 10 h" in owed.text
    assert "033.28" not in owed.text + message.text
    with pytest.raises(NotTheReceiver):
        acknowledge_message(message, by=world.bruno)
    with pytest.raises(MessageEmpty):
        leave_message(world.dora, ticket=call.ticket, text="  \x00 ", by=world.bruno)
    first = acknowledge_message(message, by=world.dora).acknowledged_at
    assert first is not None
    assert acknowledge_message(message, by=world.dora).acknowledged_at == first
