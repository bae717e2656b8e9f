"""What the server gives to the telephone in the page, and what it takes from it."""

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from tests.floors import call
from vitrine.config.settings import phone_sources
from vitrine.desk.views.soft_phone import ice_servers
from vitrine.kernel.clock import now
from vitrine.telephony.actions import answer_instruction, change_policy, show_floor
from vitrine.telephony.models import Instruction, SipCredential
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.routing import Policy

CREDENTIAL, HANDING = "/desk/phone/credential/", "/desk/phone/handing-over/"


@pytest.fixture
def desk(client, world, settings):
    """Bruno, where there is a telephone server."""
    settings.PHONE_SOCKET = "/ws"
    client.force_login(world.bruno)
    return client


def test_a_page_gets_a_credential_that_ends_and_voids_the_one_before(desk, world):
    first, second = desk.post(CREDENTIAL).json(), desk.post(CREDENTIAL).json()

    assert second["socket"] == "/ws"
    assert second["user"] == agent_name(world.bruno.pk)
    assert 0 < second["expires"] - now().timestamp() <= 12 * 3600
    [valid] = SipCredential.objects.filter(revoked_at=None)
    plain = ":".join((second["user"], second["domain"], second["secret"]))
    assert valid.ha1 == hashlib.md5(plain.encode()).hexdigest()
    assert first["secret"] != second["secret"]
    assert "no-cache" in desk.post(CREDENTIAL)["Cache-Control"]


def test_a_credential_is_not_given_to_another_site(world, settings):
    settings.PHONE_SOCKET = "/ws"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.bruno)

    assert strict.post(CREDENTIAL).status_code == 403
    assert not SipCredential.objects.exists()


def test_without_a_telephone_server_no_page_has_a_telephone(client, world):
    client.force_login(world.bruno)

    assert "<soft-phone" not in client.get("/desk/search/?q=a").text
    assert client.post(CREDENTIAL).json() == {"reason": "no-telephone"}


def test_only_the_desk_has_a_telephone(desk, client, world):
    assert "<soft-phone" in desk.get("/desk/search/?q=a").text
    client.force_login(world.dora)
    assert "<soft-phone" not in client.get("/desk/", follow=True).text


def test_a_turn_server_can_check_what_the_browser_brings(settings):
    settings.PHONE_ICE = ["stun:turn.example", "turns:turn.example:5349"]
    settings.PHONE_TURN_SECRET = "shared"
    expires = int(now().timestamp()) + 60

    stun, turn = ice_servers("agent-4", expires=expires)

    assert stun == {"urls": ["stun:turn.example"]}
    assert turn["username"] == f"{expires}:agent-4"
    digest = hmac.new(b"shared", turn["username"].encode(), hashlib.sha1).digest()
    assert turn["credential"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("socket", "allowed"),
    [
        ("", []),
        ("/ws", []),
        (":8089/ws", ["ws://*:8089", "wss://*:8089"]),
        ("wss://phone.example/ws", ["wss://phone.example"]),
    ],
)
def test_the_policy_allows_the_telephone_server_and_nothing_else(socket, allowed):
    assert phone_sources(socket) == allowed
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'none'"]


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ({"kind": "transfer", "whom": "agent-7"}, {"to": "agent-7"}),
        ({"kind": "consult", "whom": "agent-7"}, {"to": "agent-7"}),
        ({"kind": "transfer", "whom": "queue-de"}, {"language": "de"}),
        ({"kind": "consult", "number": "081 22 33 44"}, {"number": "+3281223344"}),
        ({"kind": "complete-transfer"}, {}),
    ],
)
def test_a_caller_is_handed_over(desk, world, said, facts):
    answer = desk.post(HANDING, said)

    order = Instruction.objects.get(pk=answer.json()["id"])
    assert (order.kind, order.agent) == (said["kind"], agent_name(world.bruno.pk))
    assert (order.facts, order.by) == (facts, world.bruno)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "transfer"},
        {"kind": "consult", "whom": "queue-de"},
        {"kind": "transfer", "number": "12"},
        {"kind": "listen", "whom": "agent-7"},
        {},
    ],
)
def test_nobody_is_handed_over_to_nobody(desk, said):
    answer = desk.post(HANDING, said)

    assert (answer.status_code, answer.json()) == (422, {"reason": "nobody"})
    assert not Instruction.objects.exists()


@pytest.mark.parametrize(
    ("number", "most", "reason"),
    [("0900 12 345", 200, "not-allowed"), ("081 22 33 44", 0, "no-more-calls-out")],
)
@pytest.mark.parametrize("kind", ["transfer", "consult"])
def test_who_hands_over_to_a_number_that_is_not_dialled_learns_why(
    desk, world, kind, number, most, reason
):
    change_policy(Policy(), by=world.sofie, most_calls_out=most)
    Instruction.objects.all().delete()

    answer = desk.post(HANDING, {"kind": kind, "number": number})

    assert (answer.status_code, answer.json()) == (409, {"reason": reason})
    assert not Instruction.objects.exists()
    assert f'data-word="{reason}"' in desk.get("/desk/search/?q=a").text


def test_one_learns_what_became_of_an_order(desk, client, world):
    order = desk.post(HANDING, {"kind": "transfer", "whom": "agent-7"}).json()["id"]
    place = f"/desk/phone/told/{order}/"
    nobody = {"asked": "", "whom": "", "is_held": False}
    assert desk.get(place).json() == {"result": "", "reason": "", **nobody}

    answer_instruction(order, is_done=False, reason="busy")

    assert desk.get(place).json() == {"result": "refused", "reason": "busy", **nobody}
    client.force_login(world.sofie)
    assert client.get(place).status_code == 404


def test_one_learns_whom_one_asks_and_whether_he_has_picked_up(desk, world):
    at, mine = now(), agent_name(world.bruno.pk)
    talk = call("c1", "held", "fr", ago=9, at=at, agents=(mine, agent_name(world.carla.pk)))
    for is_there, phase, asked in (
        (False, "held", "ringing"),
        (True, "held", "there"),
        (True, "talking", "joined"),
    ):
        seen = replace(talk, phase=phase, colleague="+3281223344", colleague_is_there=is_there)
        show_floor(Floor(at=at, calls=(seen,)))
        assert desk.get("/desk/phone/told/0/").json() == {
            "result": "",
            "reason": "",
            "asked": asked,
            "whom": "+32 81 22 33 44",
            "is_held": phase == "held",
        }
