"""The telephone at the desk: the picture, the wallboard, the bar on every page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.cast import World
from tests.floors import busy_floor
from tests.phone_scene import HTMX, busy_morning, english, read
from vitrine.directory.models import PhoneNumber
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.telephony.actions import answer_instruction, oversee_call, show_floor
from vitrine.telephony.errors import NoPhoneRight
from vitrine.telephony.models import Call, Instruction
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.names import agent_name

PAGE, WALL, BAR, MINE = (
    "/desk/phone/",
    "/desk/phone/wallboard/",
    "/desk/phone/bar/",
    "/desk/phone/mine/",
)


@pytest.fixture
def floor(world: World) -> Floor:
    """A busy morning."""
    return busy_morning(world)


def ringing_call(world: World, *, name: str = "c2") -> Call:
    """The call that rings, from a number of Pieter's."""
    PhoneNumber.objects.create(person=world.pieter, number="+3225550142")
    at = now()
    return Call.objects.create(
        name=name,
        number="+3225550142",
        language="en",
        arrived_at=at,
        offered_at=at,
        is_stale=False,
        colleague=world.marc,
        for_colleague=agent_name(world.marc.pk),
    )


@pytest.mark.usefixtures("floor")
def test_the_page_says_who_waits_who_is_missing_and_why_somebody_was_asked(
    client: Client, world: World
) -> None:
    english(world.sofie)
    page = read(client, world.sofie, path=PAGE)
    assert "3 callers wait" in page
    assert f"2 callers wait and nobody is free: German. Could help: {world.paula.name}" in page
    assert "speaks fewest languages, so the others stay free" in page
    assert f"{world.carla.name} does not speak the language" in page
    assert f"number withheld, for {world.marc.name}" in page


@pytest.mark.usefixtures("floor")
def test_only_supervisors_listen_and_see_who_missed_calls(client: Client, world: World) -> None:
    english(world.sofie, world.bruno)
    assert "Missed" in read(client, world.sofie, path=PAGE)
    page = read(client, world.bruno, path=PAGE)
    assert "Missed" not in page
    assert "Listen" not in page


def test_before_the_telephone_has_run_the_page_says_what_to_do(
    client: Client, world: World
) -> None:
    english(world.bruno)
    assert "The telephone has not run here yet." in read(client, world.bruno, path=PAGE)
    assert "phone-bar" in read(client, world.bruno, path="/desk/lists/mine/")
    assert "Take calls" not in read(client, world.bruno, path="/desk/lists/mine/")


def test_an_old_picture_is_called_old(client: Client, world: World, floor: Floor) -> None:
    english(world.bruno)
    old = replace(floor, at=now() - timedelta(minutes=3), epoch="later")
    show_floor(old)
    assert "What you see here is old." in read(client, world.bruno, path=PAGE)
    assert "No news since" in read(client, world.bruno, path=WALL)
    assert "cannot be reached just now" in read(client, world.bruno, path=BAR)


@pytest.mark.usefixtures("floor")
def test_the_wallboard_is_one_part_that_follows_the_picture(client: Client, world: World) -> None:
    english(world.carla)
    client.force_login(world.carla)
    part = client.get(WALL, headers=HTMX | {"HX-Target": "board"}).content.decode()
    assert "<h1" not in part
    assert part.count("data-since") == 3  # the longest of all, of German and of English


@pytest.mark.usefixtures("floor")
def test_a_ringing_call_shows_who_calls_and_leads_to_its_screen(
    client: Client, world: World
) -> None:
    english(world.sofie)
    call = ringing_call(world)
    bar = read(client, world.sofie, path=BAR)
    assert world.pieter.name in bar
    assert "+32 2 555 01 42" in bar
    assert f"for {world.marc.name}, who is away" in bar
    assert f'href="/desk/calls/new/?call={call.pk}"' in bar


@pytest.mark.usefixtures("floor")
def test_a_call_that_is_not_in_the_journal_yet_shows_its_number(
    client: Client, world: World
) -> None:
    english(world.bruno)
    bar = read(client, world.bruno, path=BAR)
    assert "unknown caller" in bar
    assert "+32 2 555 01 00" in bar


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kind": "ready"}, [("sign-in", {}), ("ready", {})]),
        ({"pause": "lunch"}, [("pause", {"reason": "lunch"})]),
        ({"kind": "extend-wrap-up"}, [("extend-wrap-up", {"seconds": 60})]),
        ({"kind": "end-wrap-up"}, [("end-wrap-up", {})]),
        ({"kind": "sign-out"}, [("sign-out", {})]),
    ],
)
def test_each_button_of_the_bar_tells_the_telephone(
    client: Client, world: World, sent: dict[str, str], told: list[tuple[str, dict[str, object]]]
) -> None:
    client.force_login(world.marc)
    answer = client.post(MINE, sent, headers=HTMX | {"HX-Target": "phone-bar"})
    assert answer.status_code == 200
    rows = Instruction.objects.order_by("id")
    assert [(row.kind, row.facts) for row in rows] == told
    assert {row.agent for row in rows} == {agent_name(world.marc.pk)}


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "pause"}, {"kind": "dial"}, {"pause": "holiday"}, {"kind": "end-call"}]
)
def test_what_is_no_button_of_the_bar_is_refused(
    client: Client, world: World, sent: dict[str, str]
) -> None:
    client.force_login(world.marc)
    assert client.post(MINE, sent).status_code == 422
    assert not Instruction.objects.exists()


def test_without_scripts_one_comes_back_to_the_page_and_never_elsewhere(
    client: Client, world: World
) -> None:
    client.force_login(world.marc)
    for back, to in (("/desk/phone/", "/desk/phone/"), ("//evil.example/", "/desk/")):
        answer = client.post(MINE, {"kind": "ready", "back": back})
        assert (answer.status_code, answer.headers["Location"]) == (302, to)


@pytest.mark.usefixtures("floor")
def test_a_supervisor_listens_at_his_own_telephone(client: Client, world: World) -> None:
    client.force_login(world.sofie)
    sent = {"kind": "listen", "agent": agent_name(world.bruno.pk), "call": "c1"}
    assert client.post("/desk/phone/oversight/", sent).status_code == 302, "without scripts"
    [row] = Instruction.objects.all()
    sofie = agent_name(world.sofie.pk)
    assert (row.kind, row.agent, row.call) == ("listen", sofie, "c1"), "her telephone rings"
    assert row.facts == {"of": agent_name(world.bruno.pk)}
    client.force_login(world.bruno)
    assert client.post("/desk/phone/oversight/", sent).status_code == 404


@pytest.mark.usefixtures("floor")
def test_a_supervisor_ends_a_call_and_learns_what_became_of_it(
    client: Client, world: World
) -> None:
    english(world.sofie)
    page = read(client, world.sofie, path="/desk/phone/")
    assert "It is recorded that you did it." in page
    sent = {"kind": "end-call", "agent": agent_name(world.bruno.pk), "call": "c1"}
    answer = client.post("/desk/phone/oversight/", sent, headers=HTMX)
    [row] = Instruction.objects.all()
    assert f"?order={row.pk}" in answer.content.decode(), "the page asks what became of it"

    answer_instruction(row.pk, is_done=False, reason="no-call")

    again = f"/desk/phone/oversight/?order={row.pk}"
    assert "There is no call any more." in client.get(again).content.decode()
    [entry] = Entry.objects.filter(verb="call.ended_by_supervisor")
    assert (entry.by_id, entry.facts) == (
        world.sofie.pk,
        {"call": "c1", "agent": agent_name(world.bruno.pk)},
    )
    client.force_login(world.marc)
    assert client.get(again).status_code == 404, "somebody else's order"
    with pytest.raises(NoPhoneRight):
        oversee_call("end-call", agent="agent-1", call="c1", by=world.bruno)


@pytest.mark.django_db(transaction=True)
def test_the_stream_names_the_agents_whom_a_new_picture_concerns(world: World) -> None:
    names = tuple(agent_name(pk) for pk in (11, 12, 13, 14, 15))
    first = busy_floor(at=now(), names=names)
    show_floor(first)
    freed = replace(first.agents[0], state="wrap-up", call="")
    second = replace(first, at=now(), agents=(freed, *first.agents[1:]), calls=first.calls[1:])
    assert world
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN vitrine_journal")
    show_floor(second)
    show_floor(replace(second, at=now()))
    told = [each.payload for each in connection.connection.notifies(timeout=2, stop_after=2)]
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN *")
    assert told == ["telephony.floorpicture agent-11", "telephony.floorpicture"]


ANSWERED = {
    "text": "Sein Schlüssel ist gesperrt.",
    "language": "de",
    "urgency": "2",
    "impact": "1",
    "outcome": "1",
    "answer": "Entsperrt.",
}


def test_the_screen_of_a_call_is_filled_in_with_what_is_known(client: Client, world: World) -> None:
    english(world.bruno)
    call = ringing_call(world)
    page = read(client, world.bruno, path=f"/desk/calls/new/?call={call.pk}")
    assert f'name="caller" value="p{world.pieter.pk}"' in page
    assert '<option value="en" selected>' in page
    assert f"This call is for {world.marc.name}, who is away" in page
    assert f'data-draft="call-{call.pk} text"' in page
    assert world.pieter.name in page


def test_the_number_of_an_unknown_caller_is_offered_for_the_directory(
    client: Client, world: World
) -> None:
    english(world.bruno)
    at = now()
    call = Call.objects.create(name="c9", number="+3225559999", offered_at=at, is_stale=False)
    page = read(client, world.bruno, path=f"/desk/calls/new/?call={call.pk}")
    assert 'value="+3225559999"' in page


def test_a_call_by_telephone_is_written_up_in_its_own_ticket_and_the_colleague_is_told(
    client: Client, world: World
) -> None:
    call = ringing_call(world)
    client.force_login(world.bruno)
    sent = ANSWERED | {"call": str(call.pk), "caller": f"p{world.pieter.pk}"}
    answer = client.post("/desk/calls/new/", sent | {"tells_colleague": "on"})
    assert answer.status_code in (302, 303)
    call.refresh_from_db()
    assert call.ticket is not None
    assert (call.ticket.requester, call.ticket.state) == (world.pieter, "closed")
    [message] = call.colleague_messages.all()
    assert (message.colleague, message.text) == (world.marc, ANSWERED["text"])
    assert call.ticket.number in answer.headers["Location"]


def test_a_call_written_up_twice_says_that_its_ticket_is_closed(
    client: Client, world: World
) -> None:
    english(world.bruno)
    call = ringing_call(world)
    client.force_login(world.bruno)
    sent = ANSWERED | {"call": str(call.pk), "caller": f"p{world.pieter.pk}"}
    client.post("/desk/calls/new/", sent)
    again = client.post("/desk/calls/new/", sent)
    assert again.status_code == 422
    assert ANSWERED["text"] in again.content.decode()
    assert not call.colleague_messages.exists()


@pytest.mark.parametrize("call", ["0", "99999999", "x", "-1"])
def test_a_call_that_is_not_there_is_not_found(client: Client, world: World, call: str) -> None:
    client.force_login(world.bruno)
    assert client.get(f"/desk/calls/new/?call={call}").status_code == 404
