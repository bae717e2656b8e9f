"""What if: asked on a page, played by the worker, shown with Erlang beside it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import World
from vitrine.desk.forms.what_if import assumed_demand, half_hours
from vitrine.kernel.clock import BRUSSELS, today
from vitrine.telephony.actions import ask_forecast, keep_forecast
from vitrine.telephony.models import Call, Forecast
from vitrine.telephony.queries import forecast_question, usual_demand
from vitrine.telephony.rules.what_if import Demand, WhatIf
from vitrine.voice.planning import Effort, foresee

PAGE = "/desk/phone/what-if/"
SENT = {
    "source": "assumed",
    "calls": "64",
    "curve": "even",
    "begins": "09:00",
    "ends": "11:00",
    "share_fr": "60",
    "share_nl": "40",
    "talk": "180",
    "wrap_up": "20",
    "patience": "120",
    "within": "20",
    "level": "80",
    "each_language": "on",
    "people_0": "4",
    "spoken_0": ["fr", "nl"],
}


def small_question() -> WhatIf:
    """Two half-hours."""
    one = {"fr": 6.0, "nl": 4.0}
    return WhatIf(
        demand=(Demand(begins="09:00", calls=one), Demand(begins="09:30", calls=one)),
        team=((("fr", "nl"), 3),),
        talk=120.0,
    )


@pytest.fixture(autouse=True)
def english(world: World) -> None:
    """The supervisor reads English."""
    world.sofie.ui_language = "en"
    world.sofie.save()


def test_a_question_is_kept_and_the_worker_is_asked_to_play_it(
    client: Client, world: World
) -> None:
    client.force_login(world.sofie)
    answer = client.post(PAGE, SENT)
    [row] = Forecast.objects.all()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PAGE}{row.pk}/")
    asked = forecast_question(row.pk)
    assert asked is not None
    assert [each.begins for each in asked.demand] == ["09:00", "09:30", "10:00", "10:30"]
    assert asked.demand[0].calls == {"fr": 9.6, "nl": 6.4}
    assert asked.team == ((("fr", "nl"), 4),)
    assert "The days are being played." in client.get(f"{PAGE}{row.pk}/").content.decode()


def test_the_answer_says_how_many_people_it_takes_beside_erlang(
    client: Client, world: World
) -> None:
    client.force_login(world.sofie)
    question = small_question()
    row = ask_forecast(question, title="Quiet morning", by=world.sofie)
    foreseen = foresee(question, effort=Effort(for_a_look=400, for_figures=400))
    assert keep_forecast(row.pk, answer=foreseen.as_json())
    assert not keep_forecast(row.pk, failure="too late")
    page = client.get(f"{PAGE}{row.pk}/").content.decode()
    most = max(sum(slot.people) for slot in foreseen.needed)
    assert f"it takes {most} people" in page
    assert "With the 3 people there are" in page
    assert "Erlang, if everybody spoke everything" in page
    assert page.count("<rect") == 2


def test_a_question_that_could_not_be_played_says_why(client: Client, world: World) -> None:
    client.force_login(world.sofie)
    row = ask_forecast(small_question(), by=world.sofie)
    keep_forecast(row.pk, failure="a process ended")
    assert (
        "This could not be played: a process ended"
        in client.get(f"{PAGE}{row.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"calls": "30000"}, "20000"),
        ({"ends": "09:00"}, "too many calls for one day, or none"),
        ({"share_fr": "", "share_nl": ""}, "in which languages people call"),
        ({"share_de": "5"}, "Nobody speaks one of the languages"),
        ({"spoken_0": []}, "which languages the people speak"),
        ({"source": "history"}, "too many calls for one day, or none"),
        ({"talk": "x"}, "id_talk"),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(
    client: Client, world: World, changes: dict[str, object], words: str
) -> None:
    client.force_login(world.sofie)
    answer = client.post(PAGE, SENT | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Forecast.objects.exists()


def test_own_history_gives_the_mean_of_the_days_that_were_open(world: World) -> None:
    assert world
    for week in (1, 2):
        day = today() - timedelta(days=7 * week)
        at = datetime.combine(day, datetime.min.time(), tzinfo=BRUSSELS).replace(hour=10)
        for number in range(4 * week):
            language = "de" if number % 4 == 0 else "nl"
            Call.objects.create(
                name=f"h-{week}-{number}",
                language=language,
                offered_at=at + timedelta(minutes=number),
                is_stale=False,
            )
    [demand] = usual_demand(weekday=today().isoweekday(), weeks=4)
    assert demand.begins == "10:00"
    assert demand.calls == {"de": 1.5, "nl": 4.5}
    other = today().isoweekday() % 7 + 1
    assert usual_demand(weekday=other, weeks=4) == ()


def test_a_day_keeps_its_number_of_calls_whatever_its_curve() -> None:
    slots = half_hours(
        datetime(2026, 1, 5, 8, 30).time(),
        until=datetime(2026, 1, 5, 16, 30).time(),
    )
    assert len(slots) == 16
    day = assumed_demand(calls=300, shares={"fr": 3, "de": 1}, curve=(1, 2, 1), slots=slots)
    assert sum(each.total for each in day) == pytest.approx(300, abs=0.1)
    assert day[0].calls["fr"] == pytest.approx(3 * day[0].calls["de"], abs=0.01)


def test_call_takers_do_not_plan(client: Client, world: World) -> None:
    row = ask_forecast(small_question(), by=world.sofie)
    client.force_login(world.bruno)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}{row.pk}/").status_code == 404
