"""Absences of the second line, entered by those who lead the desk."""

from datetime import timedelta

import pytest

from vitrine.directory.errors import NobodyInSecondLine
from vitrine.directory.models import Absence
from vitrine.directory.queries import second_line_of
from vitrine.kernel.clock import today

URL = "/desk/settings/absences/"


def days(account, first, last):
    return {
        "account": account.pk,
        "first_day": (today() + timedelta(days=first)).isoformat(),
        "last_day": (today() + timedelta(days=last)).isoformat(),
    }


def test_an_absence_hands_the_work_to_the_deputy_until_it_ends(client, world):
    client.force_login(world.marc)
    assert client.post(URL, days(world.dora, 0, 3)).status_code == 302
    assert second_line_of(world.applications, on=today()).account == world.emil
    assert "Dora Demo" in client.get(URL).content.decode()
    client.post(URL, days(world.emil, 0, 0))
    with pytest.raises(NobodyInSecondLine):
        second_line_of(world.applications, on=today())

    client.post(f"{URL}{Absence.objects.get(account=world.dora).pk}/end/")
    assert second_line_of(world.applications, on=today()).account == world.dora


def test_an_absence_that_ends_before_it_begins_is_refused_beside_the_field(client, world):
    client.force_login(world.marc)
    response = client.post(URL, days(world.dora, 3, 0))
    assert response.status_code == 422
    assert not Absence.objects.exists()


def test_nobody_who_does_not_plan_sees_the_absences(client, world):
    client.force_login(world.bruno)
    assert client.get(URL).status_code == 404
