"""Toll fraud is stopped three times: by kind of number, by destination, by count."""

from datetime import date
from pathlib import Path

import pytest

from vitrine.telephony.rules.dialling import is_desk_address, is_prefix, may_be_called
from vitrine.voice.call_flow import (
    AgentReady,
    AgentSignedIn,
    AgentState,
    CallBackAccepted,
    CallFlow,
    CallOffered,
    Failure,
    GiveUpCallBack,
    LegFailed,
    NumberDialled,
    Phase,
)
from vitrine.voice.outgoing import NO_MORE, NOT_ALLOWED, Limits, Outgoing

NUMBER = "+3225550100"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


class Calendar:
    """The day it is."""

    def __init__(self) -> None:
        self.day = MONDAY

    def __call__(self) -> date:
        return self.day


def gate(folder: Path, *, most: int, prefixes: tuple[str, ...] = (), day: Calendar) -> Outgoing:
    """With these limits."""
    limits = Limits(most=most, prefixes=prefixes)
    return Outgoing(folder / "state" / "calls-out.json", limits=lambda: limits, day=day)


def test_after_the_last_call_of_the_day_nothing_is_dialled(tmp_path: Path) -> None:
    day = Calendar()
    out = gate(tmp_path, most=3, day=day)

    assert [out.lets(NUMBER) for _call in range(5)] == [True, True, True, False, False]
    day.day = TUESDAY
    assert out.count == 0
    assert out.lets(NUMBER)


def test_a_process_started_anew_goes_on_counting(tmp_path: Path) -> None:
    day = Calendar()
    assert gate(tmp_path, most=2, day=day).lets(NUMBER)

    again = gate(tmp_path, most=2, day=day)

    assert again.count == 1
    assert [again.lets(NUMBER) for _call in range(2)] == [True, False]


def test_what_is_refused_is_not_counted(tmp_path: Path) -> None:
    out = gate(tmp_path, most=1, prefixes=("+352",), day=Calendar())
    assert not out.lets(NUMBER)
    assert not out.lets("+3290012345")
    assert out.count == 0


def test_no_call_at_all_is_a_limit_too(tmp_path: Path) -> None:
    assert not gate(tmp_path, most=0, day=Calendar()).lets(NUMBER)


@pytest.mark.parametrize("kept", ["", "[]", '{"day": "soon"}', '{"day": "2026-11-23"}', "\x00"])
def test_a_file_that_cannot_be_read_begins_anew_and_is_mended(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "state" / "calls-out.json"
    file.parent.mkdir()
    file.write_text(kept)
    day = Calendar()

    assert gate(tmp_path, most=2, day=day).lets(NUMBER)

    assert gate(tmp_path, most=2, day=day).count == 1


def test_a_place_that_cannot_be_written_stops_nobody_but_the_count_goes_on(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    out = gate(tmp_path, most=2, day=Calendar())
    assert [out.lets(NUMBER) for _call in range(3)] == [True, True, False]


def test_the_limit_counts_from_the_next_call_when_it_is_changed(tmp_path: Path) -> None:
    limits = [Limits(most=1)]
    out = Outgoing(tmp_path / "calls-out.json", limits=lambda: limits[0], day=Calendar())
    assert out.lets(NUMBER)
    assert not out.lets(NUMBER)
    limits[0] = Limits(most=2)
    assert out.lets(NUMBER)


def test_whoever_asks_is_told_why_and_nothing_is_counted(tmp_path: Path) -> None:
    out = gate(tmp_path, most=1, day=Calendar())
    assert [out.why_not(NUMBER), out.why_not("+3290012345")] == ["", NOT_ALLOWED]
    assert out.count == 0
    assert out.lets(NUMBER)
    assert [out.why_not(NUMBER), out.why_not("+3290012345")] == [NO_MORE, NOT_ALLOWED]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("sip:mia@10.0.0.5:5060", True),
        ("sip:204@pbx.desk.example", True),
        ("sip:+90212000000@trunk.provider.example", False),
        ("sip:00902120000000@trunk.provider.example", False),
        ("sip:mia@10.0.0.5;maddr=198.51.100.7", False),
        ("sip:mia@10.0.0.5&PJSIP/+90212000000@trunk", False),
        ("sip:mia", False),
        ("", False),
    ],
)
def test_a_telephone_on_a_desk_is_no_way_round(address: str, is_one: bool) -> None:
    assert is_desk_address(address) is is_one


def test_destinations_narrow_and_never_open(tmp_path: Path) -> None:
    assert may_be_called(NUMBER, prefixes=("+322", "+352"))
    assert not may_be_called(NUMBER, prefixes=("+352",))
    assert not may_be_called("+3290012345", prefixes=("+32",))  # costs extra
    assert not may_be_called("+12125550123", prefixes=("+1",))  # another part of the world


@pytest.mark.parametrize("written", ["", "32", "+", "+0", "+32 2", "+32x", "0032", "+1" * 9])
def test_what_begins_no_number_is_no_destination(written: str) -> None:
    assert not is_prefix(written)


@pytest.mark.parametrize("is_dialled", [False, True])
def test_a_number_that_is_not_dialled_costs_no_try_and_is_left_to_people(is_dialled: bool) -> None:
    flow = CallFlow()
    flow.handle(AgentSignedIn(agent="mia", languages={"fr": 3}), at=0.0)
    if is_dialled:
        flow.handle(NumberDialled(call="1", agent="mia", number=NUMBER), at=2.0)
    else:
        flow.handle(CallOffered(call="1", number=NUMBER, language="fr"), at=0.0)
        flow.handle(CallBackAccepted(call="1"), at=1.0)
        flow.handle(AgentReady(agent="mia"), at=2.0)
    assert flow.calls["1"].phase == Phase.DIALLING_BACK

    failure = LegFailed(call="1", agent="mia", failure=Failure.NOT_DIALLED)
    commands = flow.handle(failure, at=3.0)

    assert (GiveUpCallBack(call="1", number=NUMBER) in commands) is not is_dialled
    assert flow.calls == {}
    mia = flow.roster.desks["mia"]
    assert (mia.call, mia.missed) == ("", 0)
    assert mia.state == (AgentState.PAUSED if is_dialled else AgentState.READY)
