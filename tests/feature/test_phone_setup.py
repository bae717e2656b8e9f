"""Setting the telephone up at the desk: rules, telephones, numbers, menu."""

import pytest
from django.test import Client

from tests.cast import World
from vitrine.desk.forms.phone_rules import rules_initial
from vitrine.desk.forms.phone_setup import menu_initial
from vitrine.telephony.actions import change_menu
from vitrine.telephony.models import DialledNumber, Endpoint, MenuVersion, PolicyVersion
from vitrine.telephony.queries import current_menu, current_policy, house_rules
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.routing import Policy, Strategy
from vitrine.voice.outgoing import Limits
from vitrine.voice.records import read_set_up

RULES, MENU = "/desk/phone/set-up/", "/desk/phone/set-up/menu/"
PHONES, NUMBERS = "/desk/phone/set-up/telephones/", "/desk/phone/set-up/numbers/"


@pytest.fixture(autouse=True)
def english(client: Client, world: World) -> None:
    """Sofie reads English and is signed in."""
    world.sofie.ui_language = "en"
    world.sofie.save()
    client.force_login(world.sofie)


def sent_rules(**changes: object) -> dict[str, object]:
    """The form of the rules as it is shown, with changes."""
    shown = rules_initial(current_policy(), house=house_rules()) | changes
    return {name: value for name, value in shown.items() if value not in (None, False)}


def sent_menu(**changes: object) -> dict[str, object]:
    """The form of the menu as it is shown, with changes."""
    shown = menu_initial(PhoneMenu.from_json(current_menu())) | changes
    return {name: value for name, value in shown.items() if value not in (None, False)}


def test_rules_that_are_kept_unchanged_are_the_same_rules(client: Client) -> None:
    assert client.post(RULES, sent_rules()).status_code == 302
    kept, usual = current_policy(), Policy()
    assert kept.widening == usual.widening
    assert kept.scarce_share == pytest.approx(usual.scarce_share, abs=0.01)
    assert (kept.ring_for, kept.wrap_up) == (usual.ring_for, usual.wrap_up)


def test_a_change_of_the_rules_is_a_version_with_who_and_why(client: Client, world: World) -> None:
    sent = sent_rules(strategy="fewest-calls", wrap_up=45, note="Busy Monday", within_seconds=30)
    assert client.post(RULES, sent).status_code == 302
    assert (current_policy().strategy, current_policy().wrap_up) == (Strategy.FEWEST_CALLS, 45)
    [version] = PolicyVersion.objects.all()
    assert (version.by, version.note, version.within_seconds) == (world.sofie, "Busy Monday", 30)
    assert "Busy Monday" in client.get(RULES).content.decode()


def test_where_and_how_often_the_house_calls_is_set_and_reaches_the_telephone(
    client: Client,
) -> None:
    sent = sent_rules(most_calls_out=7, dial_prefixes="+32, +352\n+32")
    assert client.post(RULES, sent).status_code == 302
    assert read_set_up().outgoing == Limits(most=7, prefixes=("+32", "+352"))
    shown = client.get(RULES).content.decode()
    assert 'value="+32 +352"' in shown
    assert client.post(RULES, sent_rules(dial_prefixes="")).status_code == 302
    assert read_set_up().outgoing == Limits(most=7, prefixes=())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"records_calls": "on"}, "Recordings need a purpose."),
        ({"keep_recordings_days": 31}, "30"),
        ({"ring_for": 1}, "5"),
        ({"then_level": 3, "first_level": 2}, "Later a lower level will do"),
        ({"strategy": "coin"}, "coin"),
        ({"dial_prefixes": "+32 0044"}, "0044"),
        ({"most_calls_out": -1}, "0"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(
    client: Client, changes: dict[str, object], words: str
) -> None:
    answer = client.post(RULES, sent_rules(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PolicyVersion.objects.exists()


def test_nothing_is_recorded_unless_somebody_says_so_with_a_purpose(client: Client) -> None:
    client.post(RULES, sent_rules())
    assert not house_rules().records_calls
    client.post(RULES, sent_rules(records_calls="on", recording_purpose="Training"))
    assert house_rules().records_calls
    assert house_rules().recording_purpose == "Training"


def test_a_mobile_needs_its_number(client: Client, world: World) -> None:
    address = f"{PHONES}{world.bruno.pk}/"
    sent = {"kind": "mobile", "rank": "1", "is_active": "on", "must_accept": "on"}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"address": "0470 12 34 56"}).status_code == 302
    endpoint = Endpoint.objects.get(account=world.bruno)
    assert (endpoint.address, endpoint.must_accept) == ("+32470123456", True)
    assert "mobile telephone, +32470123456" in client.get(PHONES).content.decode()


def test_somebody_without_a_role_of_the_desk_has_no_telephone(client: Client, world: World) -> None:
    assert client.get(f"{PHONES}{world.dora.pk}/").status_code == 404


def test_a_direct_number_belongs_to_a_colleague(client: Client, world: World) -> None:
    sent = {"number": "02 555 01 07", "purpose": "colleague"}
    assert client.post(NUMBERS, sent).status_code == 422
    assert client.post(NUMBERS, sent | {"colleague": str(world.marc.pk)}).status_code == 302
    [row] = DialledNumber.objects.all()
    assert (row.number, row.colleague) == ("+3225550107", world.marc)
    assert client.post(f"{NUMBERS}{row.pk}/removal/").status_code == 302
    assert not DialledNumber.objects.exists()


def test_a_menu_that_is_kept_unchanged_is_the_same_menu(client: Client) -> None:
    assert client.post(MENU, sent_menu()).status_code == 302
    assert PhoneMenu.from_json(current_menu()) == PhoneMenu()


def test_callers_hear_the_languages_in_the_order_that_was_set(client: Client) -> None:
    assert client.post(MENU, sent_menu(order="NL, fr de en")).status_code == 302
    assert PhoneMenu.from_json(current_menu()).languages == ("nl", "fr", "de", "en")


def test_choices_below_a_choice_are_kept(client: Client, world: World) -> None:
    topics = dict.fromkeys(("fr", "nl", "de", "en"), "x")
    below = MenuChoice(key="1", topics=topics)
    above = MenuChoice(key="4", topics=topics, does=Does.MENU, choices=(below,))
    change_menu(PhoneMenu(choices=(above,)).as_json(), by=world.sofie)
    assert client.post(MENU, sent_menu(topic_0_fr="y")).status_code == 302
    [choice] = PhoneMenu.from_json(current_menu()).choices
    assert (choice.topics["fr"], choice.choices) == ("y", (below,))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"order": "fr fr"}, "Choose each language once."),
        ({"order": "klingon"}, "Choose each language once."),
        ({"topic_0_de": ""}, "A text is missing in one of the languages"),
        ({"key_1": "1"}, "A key is used twice."),
        ({"key_0": "0"}, "A choice has no key from 1 to 9."),
        ({"does_0": "menu"}, "Further choices are not there"),
        ({"welcome_fr": "Bonjour"}, "A text is missing in one of the languages"),
    ],
)
def test_a_menu_that_nobody_could_follow_is_refused(
    client: Client, changes: dict[str, object], words: str
) -> None:
    answer = client.post(MENU, sent_menu(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MenuVersion.objects.exists()
