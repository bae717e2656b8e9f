"""What the process of the telephone reads of the records before it answers calls."""

import pytest

from vitrine.telephony.actions import change_menu, change_policy
from vitrine.telephony.errors import NotAMenu
from vitrine.telephony.models import MenuVersion
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.records import read_set_up

pytestmark = pytest.mark.django_db


def test_before_anybody_has_set_anything_up_the_usual_menu_counts(world):
    found = read_set_up()

    assert found.menu == PhoneMenu()
    assert found.state == ()


def test_a_menu_that_is_saved_is_heard(world):
    change_menu(PhoneMenu(languages=("nl", "fr")).as_json(), by=None)

    assert read_set_up().menu.languages == ("nl", "fr")


def test_a_menu_that_cannot_be_followed_silences_nobody(world):
    change_menu(PhoneMenu().as_json(), by=None)
    MenuVersion.objects.update(menu={"languages": ["xx"]})

    assert read_set_up().menu == PhoneMenu()


@pytest.mark.parametrize("menu", [{}, {"languages": []}, {"repeats": 99}, {"choices": [{}]}])
def test_a_menu_that_leads_astray_is_not_saved(world, menu):
    with pytest.raises(NotAMenu):
        change_menu(menu, by=None)

    assert not MenuVersion.objects.exists()


def test_nobody_is_recorded_without_being_told(world):
    change_policy(Policy(), records_calls=True, recording_purpose="Quality", by=None)

    assert read_set_up().menu.tells_recording
