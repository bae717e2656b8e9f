"""Asking a colleague during a call, handing over, talking together, and restarts in between."""

import pytest

from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentReady,
    AgentSignedIn,
    AgentState,
    AskColleague,
    Bridge,
    CallBackOwed,
    CallerGone,
    CallFlow,
    CallOffered,
    ColleagueAsked,
    ColleagueGone,
    ConsultationEnded,
    DialBack,
    End,
    EngineLost,
    Failure,
    Hold,
    LegAnswered,
    LegFailed,
    LetGo,
    Outcome,
    Phase,
    Release,
    Ring,
    TalkFound,
    TellAgent,
    TimerFired,
    Transferred,
)


@pytest.fixture
def core():
    """Mia talks with the caller of call 1; Jo is ready."""
    flow = CallFlow(Policy(wrap_up=10.0))
    for name in ("mia", "jo"):
        flow.handle(AgentSignedIn(agent=name, languages={"fr": 3}), at=0.0)
    flow.handle(AgentReady(agent="mia"), at=0.0)
    flow.handle(CallOffered(call="1", number="+3222001234", language="fr"), at=1.0)
    flow.handle(LegAnswered(call="1", agent="mia"), at=2.0)
    flow.handle(AgentReady(agent="jo"), at=3.0)
    return flow


def of(kind, commands):
    return [command for command in commands if isinstance(command, kind)]


def ask(core, at=10.0, **more):
    return core.handle(ColleagueAsked(call="1", colleague="jo", **more), at=at)


def test_the_caller_is_held_while_a_colleague_is_asked(core):
    commands = ask(core)

    assert Hold(call="1", is_held=True) in commands
    assert of(AskColleague, commands)[0].colleague == "jo"
    assert core.roster["jo"].state == AgentState.RINGING
    assert Bridge(call="1", agent="jo") in core.handle(LegAnswered(call="1", agent="jo"), at=12.0)
    assert core.roster["jo"].state == AgentState.TALKING


def test_who_hands_over_writes_up_and_the_colleague_talks(core):
    ask(core)
    core.handle(LegAnswered(call="1", agent="jo"), at=12.0)

    commands = core.handle(ConsultationEnded(call="1", end=End.TRANSFER), at=20.0)

    assert LetGo(call="1", colleague="mia") in commands
    assert Hold(call="1", is_held=False) in commands
    assert core.roster["mia"].state == AgentState.WRAP_UP
    assert core.calls["1"].agents == ("jo",)
    assert Release(call="1") in core.handle(ColleagueGone(call="1", colleague="jo"), at=60.0)
    assert core.roster["jo"].state == AgentState.WRAP_UP
    assert core.calls == {}


def test_hanging_up_while_the_colleague_is_there_hands_over(core):
    ask(core)
    core.handle(LegAnswered(call="1", agent="jo"), at=12.0)

    commands = core.handle(AgentHungUp(agent="mia"), at=20.0)

    assert Hold(call="1", is_held=False) in commands
    assert not of(Release, commands)
    assert core.calls["1"].agents == ("jo",)


def test_hanging_up_while_the_colleague_is_rung_sends_the_caller_to_him(core):
    ask(core)

    commands = core.handle(AgentHungUp(agent="mia"), at=12.0)

    assert LetGo(call="1", colleague="jo") in commands
    assert of(Ring, commands)[0].agent == "jo"
    assert core.calls["1"].phase == Phase.RINGING


def test_all_three_may_talk_and_each_may_leave(core):
    ask(core)
    core.handle(LegAnswered(call="1", agent="jo"), at=12.0)
    core.handle(ConsultationEnded(call="1", end=End.JOIN), at=20.0)
    assert core.calls["1"].phase == Phase.TALKING

    assert not of(TellAgent, core.handle(ColleagueGone(call="1", colleague="jo"), at=30.0))

    assert core.roster["jo"].state == AgentState.READY
    assert core.calls["1"].agents == ("mia",)


def test_a_colleague_who_does_not_answer_costs_nothing(core):
    ask(core)

    commands = core.handle(LegFailed(call="1", agent="jo", failure=Failure.NO_ANSWER), at=20.0)

    assert TellAgent(agent="mia", words="colleague-no-answer") in commands
    assert core.roster["jo"].state == AgentState.READY
    assert core.roster["jo"].missed_in_all == 0
    assert core.calls["1"].phase == Phase.HELD


def test_the_ringing_of_a_colleague_ends_by_itself(core):
    [timer] = [c for c in ask(core) if type(c).__name__ == "StartTimer"]

    commands = core.handle(TimerFired(key=timer.key), at=timer.at)

    assert TellAgent(agent="mia", words="colleague-no-answer") in commands
    assert core.calls["1"].colleague == ""


def test_a_busy_colleague_is_not_rung(core):
    core.handle(CallOffered(call="2", number="+32", language="fr"), at=4.0)
    core.handle(LegAnswered(call="2", agent="jo"), at=5.0)

    assert ask(core) == [TellAgent(agent="mia", words="colleague-busy")]
    assert core.calls["1"].phase == Phase.TALKING


def test_a_caller_may_be_handed_to_somebody_outside(core):
    core.handle(ColleagueAsked(call="1", colleague="outside", number="+3222009999"), at=10.0)
    core.handle(LegAnswered(call="1", agent="outside"), at=12.0)
    core.handle(ConsultationEnded(call="1", end=End.TRANSFER), at=20.0)

    assert core.calls["1"].agents == ()
    assert core.roster["mia"].state == AgentState.WRAP_UP
    assert Release(call="1") in core.handle(ColleagueGone(call="1", colleague="outside"), at=30.0)
    assert core.calls == {}


@pytest.mark.parametrize("end", [None, End.JOIN])
def test_a_caller_who_hangs_up_frees_both(core, end):
    ask(core)
    core.handle(LegAnswered(call="1", agent="jo"), at=12.0)
    if end:
        core.handle(ConsultationEnded(call="1", end=end), at=13.0)

    commands = core.handle(CallerGone(call="1"), at=20.0)

    assert LetGo(call="1", colleague="jo") in commands
    assert core.roster["jo"].state == AgentState.READY
    assert core.roster["mia"].state == AgentState.WRAP_UP
    assert core.calls == {}


def test_a_blind_transfer_ends_the_agents_side(core):
    commands = core.handle(Transferred(call="1", language="fr", known_agent="jo"), at=9.0)

    assert LetGo(call="1", colleague="mia") in commands
    assert of(Ring, commands)[0].agent == "jo"


def test_a_dead_engine_frees_the_colleague(core):
    ask(core)

    core.handle(EngineLost(), at=12.0)

    assert core.roster["jo"].state == AgentState.READY
    assert core.calls == {}


def test_a_talk_found_after_a_restart_goes_on():
    flow = CallFlow(Policy(wrap_up=10.0))
    flow.handle(AgentSignedIn(agent="mia", languages={"fr": 3}), at=0.0)
    flow.handle(AgentReady(agent="mia"), at=0.0)

    commands = flow.handle(TalkFound(call="1", agent="mia", number="+32"), at=1.0)

    assert not of(Ring, commands)
    assert flow.roster["mia"].state == AgentState.TALKING
    assert flow.offered == 0  # the earlier process has counted it
    assert Release(call="1") in flow.handle(AgentHungUp(agent="mia"), at=5.0)
    assert flow.outcomes[Outcome.ANSWERED] == 0


def test_a_call_back_owed_from_before_a_restart_keeps_its_place():
    flow = CallFlow()
    flow.handle(CallBackOwed(call="1", number="+32", waiting_since=-90.0, tries=1), at=0.0)
    flow.handle(AgentSignedIn(agent="mia", languages={"fr": 3}), at=1.0)

    commands = flow.handle(AgentReady(agent="mia"), at=2.0)

    assert of(DialBack, commands)[0].call == "1"
    assert flow.calls["1"].tries == 1
