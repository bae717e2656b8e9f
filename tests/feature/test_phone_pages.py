"""The telephone at the desk: the picture, the wallboard, the bar on every page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.cast import World
from tests.floors import busy_floor
from tests.phone_journal import Journal
from vitrine.directory.models import PhoneNumber
from vitrine.kernel.clock import now
from vitrine.telephony.actions import keep_events, show_floor, tell_calls
from vitrine.telephony.models import Call, CallBack, Instruction
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.names import agent_name
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow.talking import CallArrived

HTMX = {"HX-Request": "true"}
PAGE, WALL, BAR, MINE = (
    "/desk/phone/",
    "/desk/phone/wallboard/",
    "/desk/phone/bar/",
    "/desk/phone/mine/",
)


@pytest.fixture
def floor(world: World) -> Floor:
    """Bruno talks, Carla is ready, Sofie's telephone rings, Paula has lunch, Marc finishes."""
    cast = (world.bruno, world.carla, world.sofie, world.paula, world.marc)
    picture = busy_floor(at=now(), names=tuple(agent_name(one.pk) for one in cast))
    show_floor(picture)
    return picture


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


def read(client: Client, who: object, path: str) -> str:
    """What `who` reads at `path`, in English."""
    client.force_login(who)  # type: ignore[arg-type]
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def english(*accounts: object) -> None:
    """Let these accounts read English."""
    for account in accounts:
        account.ui_language = "en"  # type: ignore[attr-defined]
        account.save()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("floor")
def test_the_page_says_who_waits_who_is_missing_and_why_somebody_was_asked(
    client: Client, world: World
) -> None:
    english(world.sofie)
    page = read(client, world.sofie, PAGE)
    assert "3 callers wait" in page
    assert f"2 callers wait and nobody is free: German. Could help: {world.paula.name}" in page
    assert "speaks fewest languages, so the others stay free" in page
    assert f"{world.carla.name} does not speak the language" in page
    assert f"number withheld, for {world.marc.name}" in page


@pytest.mark.usefixtures("floor")
def test_only_supervisors_listen_and_see_who_missed_calls(client: Client, world: World) -> None:
    english(world.sofie, world.bruno)
    assert "Missed" in read(client, world.sofie, PAGE)
    page = read(client, world.bruno, PAGE)
    assert "Missed" not in page
    assert "Listen" not in page


def test_before_the_telephone_has_run_the_page_says_what_to_do(
    client: Client, world: World
) -> None:
    english(world.bruno)
    assert "The telephone has not run here yet." in read(client, world.bruno, PAGE)
    assert "phone-bar" in read(client, world.bruno, "/desk/lists/mine/")
    assert "Take calls" not in read(client, world.bruno, "/desk/lists/mine/")


def test_an_old_picture_is_called_old(client: Client, world: World, floor: Floor) -> None:
    english(world.bruno)
    old = replace(floor, at=now() - timedelta(minutes=3), epoch="later")
    show_floor(old)
    assert "What you see here is old." in read(client, world.bruno, PAGE)
    assert "No news since" in read(client, world.bruno, WALL)
    assert "cannot be reached just now" in read(client, world.bruno, BAR)


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
    bar = read(client, world.sofie, BAR)
    assert world.pieter.name in bar
    assert "+32 2 555 01 42" in bar
    assert f"for {world.marc.name}, who is away" in bar
    assert f'href="/desk/calls/new/?call={call.pk}"' in bar


@pytest.mark.usefixtures("floor")
def test_a_call_that_is_not_in_the_journal_yet_shows_its_number(
    client: Client, world: World
) -> None:
    english(world.bruno)
    bar = read(client, world.bruno, BAR)
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
    assert client.post("/desk/phone/oversight/", sent).status_code == 200
    [row] = Instruction.objects.all()
    assert (row.kind, row.agent, row.call) == ("listen", agent_name(world.bruno.pk), "c1")
    assert row.facts == {"to": agent_name(world.sofie.pk)}
    client.force_login(world.bruno)
    assert client.post("/desk/phone/oversight/", sent).status_code == 404


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
    page = read(client, world.bruno, f"/desk/calls/new/?call={call.pk}")
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
    page = read(client, world.bruno, f"/desk/calls/new/?call={call.pk}")
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


def journal_of_a_call(world: World) -> Call:
    """Rings at Carla, who misses it, then at Bruno, who talks; told from its journal."""
    carla, bruno = agent_name(world.carla.pk), agent_name(world.bruno.pk)
    journal = Journal()
    for name, spoken in ((carla, ("nl",)), (bruno, ("fr", "nl"))):
        journal.happens(core.AgentSignedIn(agent=name, languages=dict.fromkeys(spoken, 2)), at=0)
        journal.happens(core.AgentReady(agent=name), at=0)
    journal.write(CallArrived(call="story-1", number="+3225550177"), seconds=10)
    journal.happens(core.CallOffered(call="story-1", number="+3225550177", language="nl"), at=20)
    missed = core.Failure.NO_ANSWER
    journal.happens(core.LegFailed(call="story-1", agent=carla, failure=missed), at=38)
    journal.happens(core.LegAnswered(call="story-1", agent=bruno), at=41)
    journal.happens(core.CallerGone(call="story-1"), at=161)
    keep_events(journal.entries)
    tell_calls(["story-1"])
    return Call.objects.get(name="story-1")


def test_the_story_of_a_call_gives_the_reason_of_each_decision(
    client: Client, world: World
) -> None:
    english(world.sofie)
    call = journal_of_a_call(world)
    page = read(client, world.sofie, f"/desk/phone/calls/{call.pk}/")
    carla, bruno = world.carla.name, world.bruno.name
    told = [
        "Begins to wait for somebody: Dutch",
        f"Rings at {carla}: speaks fewest languages, so the others stay free",
        f"{carla} does not answer",
        f"Rings at {bruno}:",
        f"{bruno} answers",
        "Counted as: answered",
        "The caller hangs up",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "2:00" in page  # talked


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_the_story_is_told_in_the_language_of_the_reader(
    client: Client, world: World, language: str
) -> None:
    world.sofie.ui_language = language
    world.sofie.save()
    call = journal_of_a_call(world)
    page = read(client, world.sofie, f"/desk/phone/calls/{call.pk}/")
    reasons = {"fr": "le moins de langues", "nl": "minste talen", "de": "wenigsten Sprachen"}
    assert reasons.get(language, "fewest languages") in page


def test_the_list_of_calls_can_be_narrowed(client: Client, world: World) -> None:
    english(world.bruno)
    call = journal_of_a_call(world)
    href = f"/desk/phone/calls/{call.pk}/"
    for query, is_shown in (
        ("", True),
        ("show=mine", True),
        ("show=not-answered", False),
        ("show=answered&language=nl", True),
        ("language=de", False),
        (f"before={call.pk}", False),
        ("show=nonsense", True),
    ):
        page = read(client, world.bruno, f"/desk/phone/calls/?{query}")
        assert (href in page) is is_shown, query


def waiting_call_back(**changes: object) -> CallBack:
    """Somebody who hung up and waits to be called back."""
    at = now()
    values = {"number": "+3225550188", "reason": "abandoned", "language": "nl"}
    times = {"first_called_at": at, "last_called_at": at, "due_at": at + timedelta(hours=1)}
    return CallBack.objects.create(**values | times | changes)


def test_a_call_back_is_taken_tried_and_done(client: Client, world: World) -> None:
    english(world.bruno)
    item = waiting_call_back(times_called=3)
    assert "called 3 times" in read(client, world.bruno, "/desk/phone/call-backs/")
    address = f"/desk/phone/call-backs/{item.pk}/"
    client.post(address, {"act": "take"})
    assert "you have it" in read(client, world.bruno, "/desk/phone/call-backs/")
    client.post(address, {"act": "tried"})
    assert "tried once in vain" in read(client, world.bruno, "/desk/phone/call-backs/")
    client.post(address, {"act": "take"})
    client.post(address, {"act": "reached"})
    item.refresh_from_db()
    assert (item.end, item.ended_by) == ("reached", world.bruno)
    assert "Nobody is to be called back." in read(client, world.bruno, "/desk/phone/call-backs/")


def test_who_comes_second_is_told_and_nothing_changes(client: Client, world: World) -> None:
    english(world.bruno, world.carla)
    item = waiting_call_back(taken_by=world.carla, taken_at=now())
    client.force_login(world.bruno)
    target = HTMX | {"HX-Target": "call-backs"}
    answer = client.post(f"/desk/phone/call-backs/{item.pk}/", {"act": "take"}, headers=target)
    assert answer.status_code == 409
    assert "A colleague has taken this call-back already." in answer.content.decode()
    item.refresh_from_db()
    assert item.taken_by == world.carla


@pytest.mark.usefixtures("floor")
def test_at_the_telephone_a_call_back_is_dialled_by_it(client: Client, world: World) -> None:
    english(world.carla)
    item = waiting_call_back(taken_by=world.carla, taken_at=now())
    assert "Call now" in read(client, world.carla, "/desk/phone/call-backs/")
    client.post(f"/desk/phone/call-backs/{item.pk}/", {"act": "dial"})
    [row] = Instruction.objects.all()
    assert (row.kind, row.agent) == ("dial", agent_name(world.carla.pk))
    assert row.facts == {"number": "+3225550188"}


def test_a_late_call_back_is_called_late(client: Client, world: World) -> None:
    english(world.bruno)
    waiting_call_back(due_at=now() - timedelta(minutes=5))
    assert "was due at" in read(client, world.bruno, "/desk/phone/call-backs/")


@pytest.mark.usefixtures("floor")
def test_the_figures_of_today_carry_their_formulas(client: Client, world: World) -> None:
    english(world.sofie)
    at = now()
    for number, wait in enumerate((5, 10, 40)):
        Call.objects.create(
            name=f"figure-{number}",
            offered_at=at - timedelta(seconds=wait),
            answered_at=at,
            decided_at=at,
            ended_at=at,
            outcome="answered",
            answered_by=agent_name(world.bruno.pk),
            is_stale=False,
        )
    page = read(client, world.sofie, PAGE)
    assert "67\u202f%" in page
    for formula in ("A≤T / (O − S)", "A≤T / O", "A≤T / A", "(A≤T + B≤T) / (A + B)"):
        assert formula in page
