"""What somebody records at the desk is what callers hear, while the telephone runs."""

import asyncio

import pytest

from tests.servers.exchange import eventually
from tests.servers.switchboard import running_switchboard, scenario
from tests.unit.test_loudness import file_of, tone
from vitrine.telephony.rules.phrases import sound_name, text
from vitrine.voice.sounds import voice_program

FIRST, ANEW = 1850.0, 2350.0
"""Hertz of two recordings of the greeting."""
LONG = 55.0
"""Seconds, so that a call is in the middle of it when it is replaced."""
NAME = f"{sound_name(text('welcome', language='fr'), language='fr')}.wav"
DROP = """
from vitrine.telephony.actions import drop_recording
from vitrine.telephony.models import PhraseRecording
for row in PhraseRecording.objects.all():
    drop_recording(row, by=None)
"""


@pytest.fixture(scope="module")
def board():
    with running_switchboard() as one:
        yield one


def sounds(board, kind, *, of=""):
    """The file of the greeting in the folder of the telephone, or of another machine."""
    return board.house.directory / of / "sounds" / kind / "fr" / NAME


async def record(board, hertz):
    """Somebody brings a recording of the French greeting."""
    file = board.house.directory / f"{hertz}.wav"
    file.write_bytes(file_of(tone(hertz, seconds=LONG, rate=8000), rate=8000))
    words = ("--recording", str(file), "--key", "welcome", "--language", "fr")
    done = board.house.run("phone_speak", *words)
    assert await asyncio.to_thread(done.wait, 60) == 0


@scenario
async def test_a_recording_is_heard_within_seconds_and_cuts_no_call(board):
    await record(board, FIRST)
    await eventually(sounds(board, "recorded").exists)
    early = await board.dial()
    await early.hears(FIRST)
    before = sounds(board, "recorded").stat().st_ino

    await record(board, ANEW)
    await eventually(lambda: sounds(board, "recorded").stat().st_ino != before)
    late = await board.dial()

    await late.hears(ANEW)
    await early.hears(FIRST)
    assert (early.state, late.state) == ("up", "up")
    early.hang_up()
    late.hang_up()


@scenario
async def test_a_machine_that_stands_by_follows_by_itself(board):
    await record(board, FIRST)
    state = {"VITRINE_STATE": str(board.house.directory / "other")}
    lent, board.house.environment = board.house.environment, board.house.environment | state
    try:
        standby = board.start("--standby")
    finally:
        board.house.environment = lent
    try:
        await eventually(sounds(board, "recorded", of="other").exists, within=60)
        assert standby.poll() is None
    finally:
        standby.kill()
        standby.wait()


@pytest.mark.skipif(voice_program() is None, reason="There is no espeak-ng: apt install espeak-ng")
@scenario
async def test_a_dropped_recording_is_said_by_the_machine_again(board):
    await record(board, FIRST)
    await eventually(sounds(board, "recorded").exists)

    drop = board.house.run("shell", "-c", DROP)
    assert await asyncio.to_thread(drop.wait, 60) == 0

    await eventually(lambda: not sounds(board, "recorded").exists())
    assert sounds(board, "made").exists(), "it is made before the recording goes"
    caller = await board.dial()
    await eventually(lambda: len(caller.sound.heard) == caller.sound.heard.maxlen)
    assert not caller.sound.hears(FIRST)
    caller.hang_up()
