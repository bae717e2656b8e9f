"""Messages that callers leave: recorded by Asterisk, heard in the ticket."""

import asyncio
import base64
import io
import json
import subprocess
import wave

import pytest

from tests.servers.exchange import eventually
from tests.servers.rtp import RATE, strength
from tests.servers.switchboard import CALLER, running_switchboard, scenario

READ = """
import base64, json, sys
from vitrine.telephony.models import Voicemail
from vitrine.kernel import files
from vitrine.tickets.queries import why_withheld
for one in Voicemail.objects.filter(call__name=sys.argv[1]):
    print(json.dumps({
        "ticket": one.message.ticket_id, "seconds": one.seconds, "spoken": one.spoken_seconds,
        "language": one.language, "withheld": str(why_withheld(one.attachment) or ""),
        "name": one.attachment.name,
        "content": base64.b64encode(files.opened(one.attachment.sha256).read()).decode(),
    }))
"""


@pytest.fixture(scope="module")
def board():
    with running_switchboard() as one:
        yield one


def messages(board, call):
    """What was left in a call, with its sound."""
    code = READ.replace("sys.argv[1]", repr(call))
    done = board.house.run("shell", "-c", code, stdout=subprocess.PIPE, text=True)
    said, _nothing = done.communicate()
    assert done.returncode == 0
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


async def stored(board, call):
    """The one message of a call, as soon as it is in the ticket."""
    query = (
        "SELECT 1 FROM telephony_voicemail v JOIN telephony_call c ON c.id = v.call_id"
        " WHERE c.name = %s"
    )
    await eventually(lambda: board.rows(query, call), within=60)
    [one] = await asyncio.to_thread(messages, board, call)
    return one


def samples_of(message):
    with wave.open(io.BytesIO(base64.b64decode(message["content"]))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        heard = memoryview(sound.readframes(sound.getnframes())).cast("h")
    return list(heard)


async def speak(board, *, number, seconds):
    """A caller who waits, keys 7 and speaks after the beep."""
    caller = await board.dial(number=number, keys="21", tone=CALLER)
    await eventually(lambda: board.entries("call-offered", caller.call))
    await asyncio.sleep(0.3)
    caller.press("7")
    await eventually(lambda: board.entries("record", caller.call), within=30)
    await asyncio.sleep(seconds)
    return caller


@scenario
async def test_a_message_is_heard_in_the_ticket_of_the_call(board):
    caller = await speak(board, number="+3222009101", seconds=3.0)

    caller.hang_up()

    message = await stored(board, caller.call)
    await eventually(lambda: board.call(caller.call)[0] == "message", within=30)
    assert message["ticket"] == board.call(caller.call)[3]
    assert (message["language"], message["withheld"]) == ("nl", "")
    assert message["name"].endswith(".wav")
    samples = samples_of(message)
    assert 2.0 < len(samples) / RATE < 6.0
    assert abs(message["seconds"] - len(samples) / RATE) < 1.1
    assert strength(samples[-RATE:], CALLER) > 0.5, "what he said is heard, to the end"
    await eventually(lambda: not list(board.recordings.glob("message*")))  # nowhere else


@scenario
async def test_the_key_hash_ends_a_message_and_the_caller_is_thanked(board):
    caller = await speak(board, number="+3222009102", seconds=2.0)

    caller.press("#")

    message = await stored(board, caller.call)
    await caller.ended(within=20)
    assert message["seconds"] >= 1
    assert await eventually(lambda: board.call(caller.call)[0], within=30) == "message"


@scenario
async def test_a_message_left_while_the_process_died_is_not_lost(board):
    caller = await speak(board, number="+3222009103", seconds=1.5)

    board.kill()
    await asyncio.sleep(1.0)
    caller.hang_up()
    await asyncio.to_thread(board.serve)

    message = await stored(board, caller.call)
    assert strength(samples_of(message)[-RATE:], CALLER) > 0.5
    assert await eventually(lambda: board.call(caller.call)[0], within=30)
