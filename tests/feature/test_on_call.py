"""Who is called about the state of the register: the list, its order, its end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.feature.status_scene import editor
from tests.feature.test_status_pages import HOST
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now, stopped_at
from vitrine.status.actions import add_duty, end_duty
from vitrine.status.models import Duty
from vitrine.status.queries import on_call

BRUSSELS = ZoneInfo("Europe/Brussels")
DUTIES = "/desk/state/duties/"


def duty(world, *, name="Emil", begins=-1, ends=8, order=1):
    """One of the list; hours from now."""
    at = now()
    return add_duty(
        name=name,
        phone="+32 2 555 01 00",
        begins_at=at + timedelta(hours=begins),
        ends_at=at + timedelta(hours=ends),
        order=order,
        by=world.stan,
    )


@pytest.fixture
def planner(world):
    client = Client(**HOST)
    client.force_login(editor(world).account)
    return client


def test_whom_to_call_now_stands_in_the_order_of_calling(world, planner):
    duty(world, name="Second", order=2)
    duty(world, name="First", order=1, begins=-0.5)
    duty(world, name="Tomorrow", begins=24, ends=32)
    duty(world, name="Yesterday", begins=-32, ends=-24)

    assert [one.name for one in on_call()] == ["First", "Second"]
    shown = planner.get("/desk/state/").text
    assert shown.index("First") < shown.index("Second")
    assert "+32 2 555 01 00" in shown
    assert "Tomorrow" not in shown
    listed = planner.get(DUTIES).text
    assert "Tomorrow" in listed
    assert "Yesterday" not in listed


def test_a_night_of_duty_is_typed_in_the_time_of_the_office(world, planner):
    form = {"name": "Emil", "phone": "+32 2 555 01 01", "order": 1}
    form |= {"begins_at": "2027-01-04T16:30", "ends_at": "2027-01-05T08:30"}

    assert planner.post(DUTIES, form).status_code == 302

    stored = Duty.objects.get()
    assert stored.begins_at == datetime(2027, 1, 4, 16, 30, tzinfo=BRUSSELS)
    assert stored.ends_at - stored.begins_at == timedelta(hours=16)
    assert Entry.objects.filter(verb="status.duty_added", by=world.stan).count() == 1


def test_the_night_the_clocks_go_back_is_an_hour_longer(world, planner):
    form = {"name": "Emil", "phone": "+32 2 555 01 01", "order": 1}
    form |= {"begins_at": "2027-10-30T20:00", "ends_at": "2027-10-31T08:00"}

    planner.post(DUTIES, form)

    assert Duty.objects.get().ends_at - Duty.objects.get().begins_at == timedelta(hours=13)
    with stopped_at(datetime(2027, 10, 31, 2, 30, tzinfo=BRUSSELS, fold=1)):
        assert [one.name for one in on_call()] == ["Emil"]


def test_a_duty_that_ends_before_it_begins_is_refused_with_what_was_typed(world, planner):
    form = {"name": "Emil", "phone": "+32 2 555 01 01", "order": 1}
    form |= {"begins_at": "2027-01-05T08:30", "ends_at": "2027-01-04T16:30"}

    shown = planner.post(DUTIES, form).text

    assert not Duty.objects.exists()
    assert "2027-01-05T08:30" in shown
    assert "Emil" in shown


def test_ending_a_duty_keeps_what_was_and_removes_what_never_began(world, planner):
    begun, planned = duty(world), duty(world, name="Luc", begins=5)

    planner.post(f"{DUTIES}{begun.pk}/end/")
    planner.post(f"{DUTIES}{planned.pk}/end/")

    assert list(on_call()) == []
    assert [one.name for one in Duty.objects.all()] == ["Emil"]
    verbs = Entry.objects.filter(verb__startswith="status.duty_").values_list("verb", flat=True)
    assert sorted(verbs)[-2:] == ["status.duty_ended", "status.duty_removed"]


def test_two_who_remove_the_same_duty_are_both_served(world):
    planned = duty(world, begins=5)

    end_duty(Duty.objects.get(pk=planned.pk), by=world.stan)
    end_duty(planned, by=world.sofie)

    assert Entry.objects.filter(verb="status.duty_removed").count() == 1


def test_a_call_taker_reads_the_list_and_changes_nothing(world):
    duty(world)
    client = Client(**HOST)
    client.force_login(world.bruno)

    assert "Emil" in client.get(DUTIES).text
    assert client.post(DUTIES, {"name": "Bruno"}).status_code == 404
    assert client.post(f"{DUTIES}{Duty.objects.get().pk}/end/").status_code == 404
