"""A fax by telephone: one Asterisk sends, ours receives, and a ticket has the pages."""

import json
import subprocess
import urllib.parse
import urllib.request
from base64 import b64encode

import pytest

from tests.feature.faxes import WORDS, page, tiff
from tests.servers.exchange import TRUNK, Exchange
from tests.servers.house import wait_until
from tests.servers.switchboard import running_switchboard
from vitrine.voice.asterisk.instance import Trunk

FAX, CALLER = "+3225550199", "+3287555012"
READ = """
import json
from vitrine.channels.fax.arrive import read_fax
from vitrine.channels.mail.arrive import handle
from vitrine.correspondence.models import Arrival
from vitrine.tickets.models import Fax
for one in Arrival.objects.filter(handled_at=None):
    handle(one)
for one in Fax.objects.filter(ready_at=None):
    read_fax(one.pk)
for one in Fax.objects.order_by("pk"):
    print(json.dumps({
        "number": one.number, "pages": one.page_count, "problem": one.problem,
        "channel": one.message.ticket.channel, "drawn": one.pages.count(),
    }))
"""
SEND = """
[send]
exten => s,1,SendFAX({file},{options})
 same => n,Hangup()
"""


@pytest.fixture(scope="module")
def board():
    with running_switchboard(fax_number=FAX) as one:
        yield one


@pytest.fixture(scope="module")
def sender(board, tmp_path_factory):
    """The provider's side: whoever calls from there, calls from outside."""
    folder = tmp_path_factory.mktemp("sender")
    ours = board.exchange.instance
    other = Exchange(
        folder / "pbx",
        address=TRUNK,
        trunk=Trunk(match=("127.0.0.1",), contact=f"sip:127.0.0.1:{ours.sip_port}"),
    )
    (folder / "fax.tif").write_bytes(tiff(page(*WORDS), page("2")))
    dialplan = other.instance.folder / "etc" / "extensions.conf"
    ways = ("F", "f")
    with dialplan.open("a") as out:
        for way in ways:
            text = SEND.format(file=folder / "fax.tif", options=way)
            out.write(text.replace("[send]", f"[send-{way}]"))
    other.start()
    yield other
    other.stop()


def send(sender, way):
    """Call our fax number and send; `F`: by sound alone, `f`: by T.38 where it is offered."""
    instance = sender.instance
    query = urllib.parse.urlencode(
        {
            "endpoint": f"PJSIP/{FAX}@trunk",
            "context": f"send-{way}",
            "extension": "s",
            "priority": 1,
            "callerId": CALLER,
        }
    )
    at = f"http://{instance.http_address}:{instance.http_port}/ari/channels?{query}"
    request = urllib.request.Request(at, method="POST")
    key = b64encode(f"{instance.user}:{instance.password}".encode()).decode()
    request.add_header("Authorization", f"Basic {key}")
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert reply.status == 200


def faxes(board):
    """What tickets have of faxes, the oldest first."""
    done = board.house.run("shell", "-c", READ, stdout=subprocess.PIPE, text=True)
    said, _nothing = done.communicate()
    assert done.returncode == 0
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def arrivals(board):
    return board.rows("SELECT count(*) FROM correspondence_arrival WHERE channel = 'fax'")[0][0]


def sessions(board):
    """How faxes come just now: by sound (G.711) or as pictures in packets (T.38)."""
    return board.exchange.instance.ask("fax show sessions")


@pytest.mark.parametrize(("way", "name"), [("F", "G.711 receive"), ("f", "T.38  receive")])
def test_a_fax_by_telephone_becomes_a_ticket_with_its_pages(board, sender, way, name):
    before = arrivals(board)

    send(sender, way)

    wait_until(lambda: " ".join(name.split()) in " ".join(sessions(board).split()), within=60)
    wait_until(lambda: arrivals(board) > before, within=180)
    found = faxes(board)[-1]
    assert found == {
        "number": CALLER,
        "pages": 2,
        "problem": "",
        "channel": "fax",
        "drawn": 2,
    }
    spool = board.exchange.instance.folder / "var/spool/fax"
    wait_until(lambda: not list(spool.iterdir()), within=30)
    wait_until(lambda: not board.exchange.channels(), within=30)


def test_a_line_that_breaks_leaves_nothing_behind_and_is_told(board, sender):
    before = arrivals(board)
    spool = board.exchange.instance.folder / "var/spool/fax"

    send(sender, "F")
    wait_until(lambda: any(one.stat().st_size for one in spool.glob("*.tif")), within=60)
    sender.instance.ask("channel request hangup all")

    def is_told():
        return arrivals(board) > before or "brought no page" in board.log()

    wait_until(is_told, within=60)
    wait_until(lambda: not list(spool.iterdir()), within=30)
    if arrivals(board) > before:
        assert faxes(board)[-1]["problem"], "pages came, and it is said that some are missing"
