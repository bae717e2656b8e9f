"""The brain of the telephone with its journal and places, without any telephone or database."""

import json
import time
from datetime import UTC, datetime

import pytest

from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.floor import Floor
from vitrine.voice.brain import Brain
from vitrine.voice.call_flow import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentState,
    AskColleague,
    Bridge,
    CallOffered,
    LegAnswered,
    OutcomeDecided,
    Ring,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.floor import Painter, differs
from vitrine.voice.instructions import Desks, Known, Told
from vitrine.voice.journal import Journal, as_line, read_lines
from vitrine.voice.outgoing import may_dial
from vitrine.voice.places import places_of, read_places, write_places

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Desk:
    """A brain whose orders and entries are kept."""

    def __init__(self):
        self.orders, self.entries, self.timers = [], [], []
        self.brain = Brain(
            epoch="e1",
            emit=self.orders.append,
            write=self.entries.append,
            call_at=lambda at, then: self.timers.append((at, then)),
            wall=lambda: NOW,
        )
        for event in (AgentSignedIn(agent="mia", languages={"fr": 3}), AgentReady(agent="mia")):
            self.brain.hear(event, 0.0)

    def of(self, kind):
        return [order for order in self.orders if isinstance(order, kind)]

    def offer(self, call="c1", at=1.0):
        self.brain.hear(CallOffered(call=call, number="+3222001234", language="fr"), at)


def test_everything_that_goes_in_or_out_is_written_down_in_order():
    desk = Desk()
    desk.offer()
    desk.brain.hear(LegAnswered(call="c1", agent="mia"), 2.0)

    kinds = [entry.kind for entry in desk.entries]
    assert [entry.sequence for entry in desk.entries] == list(range(1, len(kinds) + 1))
    order = ["call-offered", "ring", "leg-answered", "outcome-decided", "bridge"]
    assert [kind for kind in kinds if kind in order] == order
    assert desk.of(Bridge) == [Bridge(call="c1", agent="mia")]
    assert desk.brain.today == {"offered": 1, "answered": 1}


def test_time_never_goes_back():
    desk = Desk()
    desk.offer(at=10.0)
    desk.offer(call="c2", at=5.0)

    assert desk.entries[-1].seconds == 10.0


def test_one_strange_call_does_not_silence_the_others():
    desk = Desk()
    real = desk.brain.core.handle
    desk.brain.core.handle = lambda event, at: 1 / 0 if event.call == "bad" else real(event, at=at)

    desk.offer(call="bad")
    desk.offer(call="good")

    assert desk.brain.faults == 1
    assert [order.call for order in desk.of(Ring)] == ["good"]


@pytest.mark.parametrize("paused", [False, True])
def test_a_telephone_that_comes_back_finds_its_agent_as_he_was(paused):
    desk = Desk()
    if paused:
        desk.brain.hear(AgentPaused(agent="mia", reason="lunch"), 1.0)
    desk.brain.hear(AgentPaused(agent="mia", reason="unreachable", unreachable=True), 2.0)
    assert desk.brain.core.roster["mia"].state == AgentState.UNREACHABLE

    desk.brain.hear(to.AgentReachable(agent="mia"), 3.0)

    found = desk.brain.core.roster["mia"]
    assert found.state == (AgentState.PAUSED if paused else AgentState.READY)
    assert found.reason == ("lunch" if paused else found.reason)


def test_the_picture_tells_who_rings_for_whom_and_why():
    desk = Desk()
    desk.offer(at=1.0)
    painter = Painter(desk.brain, line="asterisk", is_simulated=False)

    floor = painter.picture(now=4.0, wall=NOW, is_up=True)

    [call], [agent] = floor.calls, floor.agents
    assert (call.phase, call.agents, call.why) == ("ringing", ("mia",), "only-one")
    assert (NOW - call.waiting_since).total_seconds() == 3.0
    assert (agent.state, agent.call) == ("ringing", "c1")
    assert Floor.from_json(json.loads(json.dumps(floor.as_json()))) == floor
    later = painter.picture(now=4.4, wall=NOW, is_up=True)
    assert not differs(floor, later) or later.agents[0].since != floor.agents[0].since


def entry(number):
    return Entry(epoch="e1", sequence=number, at=NOW, seconds=1.0, kind="call-offered", call="c")


def until(question, within=10.0):
    deadline = time.monotonic() + within
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_journal_goes_to_a_file_while_the_database_is_away(tmp_path):
    kept, is_away = [], True

    def keep(entries):
        if is_away:
            raise ConnectionError("gone")
        kept.extend(entries)

    journal = Journal(keep, spool=tmp_path, epoch="e1", away=(ConnectionError,))
    journal.start()
    for number in range(1, 6):
        journal.write(entry(number))
    until(lambda: journal.spooled == 5)
    is_away = False
    journal.write(entry(6))
    until(lambda: len(kept) == 6)
    journal.close()

    assert [one.sequence for one in kept] == [1, 2, 3, 4, 5, 6]
    assert not list(tmp_path.glob("*.jsonl"))


def test_a_line_that_was_cut_off_by_a_crash_is_passed_over(tmp_path):
    file = tmp_path / "e0.jsonl"
    whole = as_line(entry(1))
    file.write_text(f"{whole}\n{whole[:40]}")

    assert read_lines(file) == [entry(1)]


def test_entries_that_a_fault_of_ours_refuses_are_put_aside_and_the_rest_goes_on(tmp_path):
    kept = []

    def keep(entries):
        if any(one.sequence == 1 for one in entries):
            raise ValueError("strange")
        kept.extend(entries)

    journal = Journal(keep, spool=tmp_path, epoch="e1", away=(ConnectionError,))
    journal.start()
    journal.write(entry(1))
    until(lambda: list(tmp_path.glob("*.refused")))
    journal.write(entry(2))
    until(lambda: kept)
    journal.close()

    assert [one.sequence for one in kept] == [2]


def test_everybody_sits_where_he_sat(tmp_path):
    desk = Desk()
    desk.brain.hear(AgentSignedIn(agent="jo", languages={"nl": 2}, rank=3), 1.0)
    desk.brain.hear(AgentPaused(agent="jo", reason="lunch"), 2.0)
    write_places(tmp_path / "places.json", places_of(desk.brain.core.roster.desks.values()))

    assert read_places(tmp_path / "places.json") == [
        AgentSignedIn(agent="mia", languages={"fr": 3}),
        AgentReady(agent="mia"),
        AgentSignedIn(agent="jo", languages={"nl": 2}, rank=3),
        AgentPaused(agent="jo", reason="lunch"),
    ]
    (tmp_path / "places.json").write_text('{"at": 1, "desks": [')
    assert read_places(tmp_path / "places.json") == []


class NoHands:
    """A line that can do nothing of its own."""

    def pick_up(self, agent):
        return False

    decline = pick_up

    def listen(self, call, *, supervisor, whisper=False):
        return False

    def stop_listening(self, call, *, supervisor):
        return None


def test_instructions_say_why_they_cannot_be_carried_out():
    desk = Desk()
    desks = Desks(
        desk.brain,
        hear=lambda event: desk.brain.hear(event, 5.0),
        emit=desk.orders.append,
        hands=NoHands(),
        known=lambda name: Known(languages={"fr": 3}) if name == "jo" else None,
        new_name=lambda: "d-1",
    )

    def tell(kind, agent, call="", **facts):
        return desks.carry_out(Told(kind=kind, agent=agent, call=call, facts=facts))

    assert tell("sign-in", "nobody") == "unknown-agent"
    assert tell("ready", "jo") == "not-signed-in"
    assert tell("sign-in", "jo") == tell("ready", "jo") == ""
    assert tell("hold", "mia") == "no-call"
    assert tell("consult", "mia", to="nobody") == "busy"
    assert tell("listen", "boss", "c9") == "no-call"
    assert tell("dance", "mia") == "unknown-instruction"
    assert tell("dial", "jo", number="+3222001234") == ""
    assert tell("dial", "jo", number="+3222001234") == "busy"
    assert not desk.of(OutcomeDecided)  # nobody has waited

    desk.offer()
    desk.brain.hear(LegAnswered(call="c1", agent="mia"), 6.0)
    desks.why_not_dial = lambda number: "no-more-calls-out"
    assert tell("transfer", "mia", number="+3222009999") == "no-more-calls-out"
    assert tell("consult", "mia", number="+3222009999") == "no-more-calls-out"
    assert not desk.of(AskColleague)
    assert not desks.blind
    desks.why_not_dial = lambda number: ""
    assert tell("transfer", "mia", number="+3222009999") == ""
    assert [one.number for one in desk.of(AskColleague)] == ["+3222009999"]


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("+3222001234", True),
        ("+4930123456", True),
        ("+32900123456", False),
        ("+33899123456", False),
        ("+12125550100", False),
        ("+88216123456", False),
        ("112", False),
        ("3222001234", False),
        ("+32", False),
        ("sip:+3222001234@evil.example", False),
        ("+3222001234&PJSIP/x", False),
        ("", False),
    ],
)
def test_only_ordinary_numbers_nearby_are_dialled(number, may):
    assert may_dial(number) is may
