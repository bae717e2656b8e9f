"""Between the pages and the process of the telephone: instructions, picture, credentials, setup."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from tests.cast import World, build_world
from vitrine.kernel.clock import now, stopped_at
from vitrine.telephony.actions import (
    CHANNEL,
    answer_instruction,
    change_menu,
    change_policy,
    give_up_number,
    instruct_phone,
    issue_credential,
    revoke_credentials,
    set_endpoint,
    set_up_number,
    show_floor,
    take_instructions,
)
from vitrine.telephony.choices import EndpointKind, InstructionKind, NumberPurpose
from vitrine.telephony.errors import (
    AddressMissing,
    NoColleague,
    NoPhoneRight,
    NotAMenu,
    NotANumber,
    NotAPolicy,
    NumberNotDialled,
    NumberTaken,
)
from vitrine.telephony.models import Instruction, PolicyVersion
from vitrine.telephony.queries import (
    agent_profile,
    agents,
    arrival_facts,
    current_menu,
    current_policy,
    floor,
    meaning_of,
    valid_credentials,
)
from vitrine.telephony.rules.floor import Floor, FloorAgent
from vitrine.telephony.rules.names import account_id_of, agent_name
from vitrine.telephony.rules.routing import Policy, Strategy

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def session_of(account: object) -> str:
    """A sign-in of somebody: its key."""
    store = SessionStore()
    store["who"] = str(account)
    store.create()
    assert store.session_key is not None
    return store.session_key


def test_an_instruction_is_taken_once_and_answered_once(world: World) -> None:
    given = instruct_phone(InstructionKind.HOLD, agent="agent-1", call="c-1", by=world.bruno)

    [taken] = take_instructions()

    assert (taken.pk, taken.kind, taken.call, taken.by) == (given.pk, "hold", "c-1", world.bruno)
    assert take_instructions() == []
    answer_instruction(given.pk, is_done=False, reason="no-call")
    answer_instruction(given.pk, is_done=True)
    given.refresh_from_db()
    assert (given.result, given.reason) == ("refused", "no-call")


def test_an_instruction_given_while_the_process_was_away_is_never_carried_out_late(
    world: World,
) -> None:
    with stopped_at(now() - timedelta(seconds=11)):
        late = instruct_phone(InstructionKind.TRANSFER, call="c-1", by=world.bruno)
        lasting = instruct_phone(InstructionKind.PAUSE, agent="agent-1", by=world.bruno)

    assert take_instructions() == [lasting]
    late.refresh_from_db()
    assert late.result == "expired"


def test_two_processes_never_take_the_same_instruction(transactional_db: None) -> None:
    world = build_world()
    for _number in range(20):
        instruct_phone(InstructionKind.CONFIGURE, by=world.otto)
    taken: list[int] = []
    together = threading.Barrier(2)

    def take() -> None:
        together.wait()
        try:
            while found := take_instructions(at_most=3):
                taken.extend(one.pk for one in found)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(Instruction.objects.values_list("pk", flat=True))


def test_an_instruction_wakes_the_process_of_the_telephone(
    transactional_db: None, settings: object
) -> None:
    database = connections["default"].settings_dict
    values = {
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "dbname": connections["default"].get_connection_params()["dbname"],
    }
    given = {name: value for name, value in values.items() if value}
    with psycopg.connect(**given, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")

        told = instruct_phone(InstructionKind.CONFIGURE, by=None)

        [heard] = list(listener.notifies(timeout=10, stop_after=1))
    assert heard.payload == str(told.pk)


def test_the_newest_picture_counts_and_a_replaced_process_shows_nothing(db: None) -> None:
    agent = FloorAgent(name="agent-1", state="ready", since=AT, languages={"fr": 3})
    assert floor() is None
    assert show_floor(Floor(at=AT, epoch="2", agents=(agent,)))

    assert not show_floor(Floor(at=AT + timedelta(seconds=5), epoch="1"))
    assert not show_floor(Floor(at=AT - timedelta(seconds=1), epoch="2"))

    shown = floor()
    assert shown is not None
    assert (shown.epoch, shown.agents) == ("2", (agent,))
    assert show_floor(Floor(at=AT - timedelta(hours=1), epoch="3"))


def test_a_credential_is_valid_for_its_sign_in_and_hours_only(world: World) -> None:
    key = session_of(world.bruno)

    issued = issue_credential(world.bruno, session_key=key)

    [valid] = valid_credentials()
    digest = hashlib.md5(f"{issued.user}:{issued.realm}:{issued.secret}".encode())
    assert (valid.user, valid.ha1) == (agent_name(world.bruno.pk), digest.hexdigest())
    assert issued.expires_at <= now() + timedelta(hours=12)
    with stopped_at(now() + timedelta(hours=12, minutes=1)):
        assert valid_credentials() == []
    SessionStore(key).delete()
    assert valid_credentials() == []


def test_a_new_credential_ends_the_earlier_one_and_revoking_ends_all(world: World) -> None:
    key = session_of(world.bruno)
    first = issue_credential(world.bruno, session_key=key)
    second = issue_credential(world.bruno, session_key=key)

    [valid] = valid_credentials()
    assert first.secret != second.secret
    assert valid.expires_at == second.expires_at
    assert revoke_credentials(world.bruno, by=world.otto) == 1
    assert valid_credentials() == []


def test_nobody_who_takes_no_calls_gets_a_credential(world: World) -> None:
    for account, key in ((world.dora, session_of(world.dora)), (world.bruno, "")):
        with pytest.raises(NoPhoneRight):
            issue_credential(account, session_key=key)


def test_agents_are_the_desk_with_languages_levels_and_telephone(world: World) -> None:
    set_endpoint(
        world.carla,
        kind=EndpointKind.MOBILE,
        address="0470 12 34 56",
        services=["t-applications", "unknown"],
        rank=2,
        by=world.sofie,
    )

    found = {one.account_id: one for one in agents()}

    assert world.dora.pk not in found
    bruno, carla = found[world.bruno.pk], found[world.carla.pk]
    assert (bruno.languages, bruno.endpoint) == ({"fr": 2, "nl": 2}, EndpointKind.BROWSER)
    assert (carla.address, carla.must_accept, carla.rank) == ("+32470123456", True, 2)
    assert carla.services == ("t-applications",)
    set_endpoint(world.carla, kind=EndpointKind.BROWSER, is_active=False, by=world.sofie)
    assert agent_profile(world.carla) is None


@pytest.mark.parametrize(
    ("kind", "address", "refusal"),
    [
        (EndpointKind.MOBILE, "", AddressMissing),
        (EndpointKind.DESK_PHONE, "not a number", NotANumber),
        (EndpointKind.MOBILE, "sip:me@desk.example", NotANumber),
        (EndpointKind.MOBILE, "+3290012345", NumberNotDialled),
        (EndpointKind.DESK_PHONE, "+12125550123", NumberNotDialled),
        (EndpointKind.DESK_PHONE, "sip:+12125550123@trunk.provider.example", NotANumber),
    ],
)
def test_a_telephone_that_cannot_ring_is_refused(
    world: World, kind: str, address: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        set_endpoint(world.bruno, kind=kind, address=address, by=world.sofie)


def test_a_direct_number_leads_to_its_colleague_and_to_nobody_else(world: World) -> None:
    set_up_number(
        "02 555 12 34", purpose=NumberPurpose.COLLEAGUE, colleague=world.dora, by=world.otto
    )
    desk = set_up_number("+3225550000", purpose=NumberPurpose.DESK, by=world.otto)

    found = meaning_of("02/555.12.34")
    facts = arrival_facts(number="", dialled="+3225550000", diverted_from="+3225551234")

    assert found is not None
    assert (found.colleague, found.shown_as) == (agent_name(world.dora.pk), world.dora.name)
    assert (facts.for_colleague, facts.language) == (found.colleague, world.dora.ui_language)
    with pytest.raises(NumberTaken):
        set_up_number("02 555 12 34", purpose=NumberPurpose.DESK, by=world.otto)
    for purpose, colleague in ((NumberPurpose.COLLEAGUE, None), (NumberPurpose.DESK, world.dora)):
        with pytest.raises(NoColleague):
            set_up_number("+3225559876", purpose=purpose, colleague=colleague, by=world.otto)
    with pytest.raises(NotANumber):
        set_up_number("hello", purpose=NumberPurpose.DESK, by=world.otto)
    give_up_number(desk, by=world.otto)
    give_up_number(desk, by=world.otto)
    assert meaning_of("+3225550000") is None


def test_the_newest_rules_count_and_impossible_ones_are_refused(world: World) -> None:
    assert current_policy() == Policy()
    wanted = Policy(strategy=Strategy.LONGEST_IDLE, wrap_up=45.0, widening=((0.0, 3), (30.0, 1)))

    change_policy(wanted, note="Heures calmes", by=world.sofie, within_seconds=30)

    assert current_policy() == wanted
    impossible = [
        Policy(ring_for=0),
        Policy(scarce_share=float("nan")),
        Policy(widening=()),
        Policy(widening=((0.0, 1), (30.0, 2))),
        Policy(widening=((10.0, 2),)),
        Policy(rings_at_once=0),
    ]
    for policy in impossible:
        with pytest.raises(NotAPolicy):
            change_policy(policy, by=world.sofie)
    with pytest.raises(NotAPolicy):
        change_policy(wanted, by=world.sofie, keep_recordings_days=31)
    with pytest.raises(NotAPolicy):
        change_policy(wanted, by=world.sofie, records_calls=True, recording_purpose="")
    assert PolicyVersion.objects.get().within_seconds == 30


def test_a_row_that_cannot_be_followed_gives_the_usual_rules(db: None) -> None:
    PolicyVersion.objects.create(policy={"strategy": "of-tomorrow"}, at=AT)

    assert current_policy() == Policy()


def test_the_newest_menu_counts(world: World) -> None:
    assert current_menu() is None
    with pytest.raises(NotAMenu):
        change_menu({}, by=world.sofie)
    change_menu({"repeats": 1}, by=world.sofie)
    change_menu({"repeats": 3}, note="Trois fois", by=world.sofie)

    assert current_menu() == {"repeats": 3}


def test_a_public_name_leads_back_to_its_account_and_others_to_nobody() -> None:
    assert account_id_of(agent_name(17)) == 17
    for name in ("", "agent-", "agent-0", "agent--1", "agent-x", "mia", "agent-1 ", "agent-٣"):
        assert account_id_of(name) is None
