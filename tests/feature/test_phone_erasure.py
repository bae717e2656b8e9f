"""What the telephone knows of people goes after its time; what is counted stays (L-12)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import World
from tests.feature.test_phone_messages import sound
from tests.feature.test_phone_records import offer, signed_in
from tests.phone_journal import MORNING, Journal
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.kernel import files
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.access import recordings_for
from vitrine.telephony.actions import (
    change_policy,
    end_call_back,
    erase_numbers,
    erase_what_is_due,
    keep_events,
    keep_recording,
    store_voicemail,
)
from vitrine.telephony.choices import CallBackEnd
from vitrine.telephony.errors import NotRecorded
from vitrine.telephony.jobs import tidy
from vitrine.telephony.models import Call, CallBack, CallEntry, Recording, Voicemail
from vitrine.telephony.queries import counts, rebuilt
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.routing import Policy
from vitrine.telephony.rules.stories import FIELDS
from vitrine.tickets.models import Attachment
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow.talking import KeyPressed, Say

NUMBER = "+3225559999"
OTHER = "+3225550199"
LATER = MORNING + timedelta(days=400)


def test_numbers_are_erased_everywhere_and_the_figures_stay(world: World) -> None:
    journal = Journal()
    name = signed_in(journal, world)
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.write(KeyPressed(call="c-1", key="4"), seconds=11)
    journal.write(Say(call="c-1", say="s-1", language="fr", phrases=("digit-2", "digit-5")))
    journal.happens(core.LegAnswered(call="c-1", agent=name), at=12)
    journal.happens(core.CallerGone(call="c-1"), at=50)
    journal.happens(core.WrapUpEnded(agent=name), at=55)
    journal.happens(core.AgentPaused(agent=name), at=56)
    offer(journal, "c-2", at=60, number=NUMBER)
    journal.happens(core.CallBackAccepted(call="c-2", number="+3225558888"), at=70)
    journal.happens(core.AgentReady(agent=name), at=75)
    journal.happens(core.LegAnswered(call="c-2", agent=name), at=80)
    journal.happens(core.CallerGone(call="c-2"), at=90)
    keep_events(journal.entries)
    period: dict[str, Any] = {"since": MORNING, "until": LATER}
    before = counts(**period)

    erased = erase_what_is_due(at=LATER)

    assert erased["numbers"] == 2
    for row in [*Call.objects.values(), *CallBack.objects.values(), *CallEntry.objects.values()]:
        assert NUMBER not in str(row)
        assert "+3225558888" not in str(row)
        assert "digit-2" not in str(row)
    assert counts(**period) == before
    for call in Call.objects.all():
        story = rebuilt(call.name)
        assert {n: getattr(call, n) for n in FIELDS} == {n: getattr(story, n) for n in FIELDS}
    assert erase_numbers(before=LATER) == 0
    keep_events(journal.entries)  # a spool brought in again does not bring the number back
    assert not Call.objects.exclude(number="").exists()


def test_who_is_still_to_be_called_back_keeps_his_number_until_then(world: World) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.happens(core.CallerGone(call="c-1"), at=50)
    keep_events(journal.entries)

    assert erase_numbers(before=LATER) == 0
    end_call_back(CallBack.objects.get(), end=CallBackEnd.NOT_NEEDED, by=world.bruno)
    assert erase_numbers(before=LATER) == 1

    assert (Call.objects.get().number, CallBack.objects.get().number) == ("", "")


def test_erasing_one_call_leaves_the_number_of_a_younger_one(world: World) -> None:
    journal = Journal()
    for at in (10, 100_000):
        offer(journal, f"c-{at}", at=at, number=NUMBER)
        journal.happens(core.CallerGone(call=f"c-{at}"), at=at + 20)
    keep_events(journal.entries)
    end_call_back(CallBack.objects.get(), end=CallBackEnd.NOT_NEEDED, by=world.bruno)

    assert erase_numbers(before=MORNING + timedelta(hours=1)) == 1

    assert set(Call.objects.values_list("name", "number")) == {("c-10", ""), ("c-100000", NUMBER)}
    assert CallBack.objects.get().number == NUMBER


def test_the_mail_to_an_absent_colleague_names_the_number_no_longer(world: World) -> None:
    journal = Journal()
    dora = agent_name(world.dora.pk)
    for name, at, number in (("c-1", 10, NUMBER), ("c-2", 100_000, OTHER)):
        event = core.CallOffered(call=name, number=number, language="fr", for_colleague=dora)
        journal.happens(event, at=at)
        journal.happens(core.CallerGone(call=name), at=at + 30)
    keep_events(journal.entries)
    first, second = Promise.objects.filter(kind=PromiseKind.COLLEAGUE).order_by("pk")
    shown = display(NUMBER, language=first.language)
    assert shown in first.text
    for item in CallBack.objects.all():
        end_call_back(item, end=CallBackEnd.NOT_NEEDED, by=world.bruno)

    assert erase_numbers(before=MORNING + timedelta(hours=1)) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert shown not in first.text
    with override(first.language):
        assert gettext("erased after its time") in first.text
    assert display(OTHER, language=second.language) in second.text
    kept = set(Promise.objects.values_list("text", flat=True))
    assert not any(shown in text or NUMBER in text for text in kept)


def test_the_sound_of_messages_goes_after_its_time_and_is_told_so(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.happens(core.MessageLeft(call="c-1"), at=50)
    keep_events(journal.entries)
    kept = store_voicemail("c-1", content=sound(seconds=0.5), seconds=0.5, at=MORNING)
    sha256 = kept.attachment.sha256
    assert files.opened(sha256).read(4) == b"RIFF"

    with django_capture_on_commit_callbacks(execute=True):
        assert erase_what_is_due(at=MORNING + timedelta(days=89))["messages"] == 0
        tidy(int((MORNING + timedelta(days=91)).timestamp()))

    assert Voicemail.objects.get().erased_at is not None
    assert Attachment.objects.get().refused == "Erased after its time."
    with pytest.raises(FileNotFoundError):
        files.opened(sha256)


def test_nothing_is_recorded_unless_the_house_says_so_and_why(world: World) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10)
    keep_events(journal.entries)
    with pytest.raises(NotRecorded):
        keep_recording("c-1", content=sound(), seconds=1.0, made_at=MORNING)
    change_policy(
        Policy(),
        by=world.sofie,
        records_calls=True,
        recording_purpose="Qualité",
        keep_recordings_days=10,
    )

    kept = keep_recording("c-1", content=sound(), seconds=1.0, made_at=MORNING)

    assert keep_recording("c-1", content=b"x", seconds=1.0, made_at=MORNING) == kept
    assert (kept.purpose, kept.erase_at) == ("Qualité", MORNING + timedelta(days=10))
    assert list(recordings_for(world.sofie)) == [kept]
    assert not recordings_for(world.bruno).exists()
    assert erase_what_is_due(at=MORNING + timedelta(days=10))["recordings"] == 1
    assert not recordings_for(world.sofie).exists()
    with pytest.raises(IntegrityError, match="a_recording_is_erased_within_a_month"):
        with transaction.atomic():
            Recording.objects.update(erase_at=MORNING + timedelta(days=31))
