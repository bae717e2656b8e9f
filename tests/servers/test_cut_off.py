"""A worker cut between sending and recording: the log of the mail server tells the rest."""

# ruff: noqa: F811 - fixtures of the neighbour are arguments here

import os
from datetime import timedelta

import pytest

from tests.servers.house import wait_until
from tests.servers.scripted_smtp import DROP, scripted
from tests.servers.test_outgoing import answer_to, owed, short_patience, state_of  # noqa: F401
from vitrine.channels.mail.deliver import evidence, hand_over, keep
from vitrine.channels.mail.deliver.compose import letter_for
from vitrine.correspondence.actions import begin_hand_over, claim_promise
from vitrine.correspondence.models import Promise
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket

HALF_AN_HOUR = timedelta(minutes=30)


def cut_off(owed):
    """The row as a killed worker leaves it."""
    begin_hand_over(claim_promise(owed))


def minutes_pass(monkeypatch):
    """Let the mail server have had the time to write everything down."""
    monkeypatch.setattr(evidence, "SETTLED_AFTER", timedelta(0))


def test_postfix_tells_what_it_has_taken_and_the_rest_is_sent(
    world,
    owed,
    settings,
    postfix_at,
    own_place,
    monkeypatch,
):
    """One was handed over and not recorded, the other not handed over: each arrives once."""
    other = answer_to(world, Ticket.objects.get(), text="Noch etwas.")
    with scripted() as behind:
        postfix = postfix_at(relay_host=f"[127.0.0.1]:{behind.port}")
        settings.SMTP_URL = f"smtp://127.0.0.1:{postfix.port}"
        settings.MTA_LOGS = [str(next(own_place.glob("postfix-*/log")))]
        for each in (owed, other):
            cut_off(each)
        hand_over(letter_for(Promise.objects.get(pk=owed.pk)))
        keep(owed)
        assert state_of(owed) == "cut"  # too early to ask: nothing is done

        minutes_pass(monkeypatch)
        wait_until(lambda: keep(owed) and state_of(owed) == "sent", within=10)
        keep(other)
        wait_until(lambda: len(behind.taken) == 2, within=20)

    assert "queued as" in owed.proof
    assert (state_of(owed), state_of(other)) == ("sent", "sent")
    ids = [
        content.count(one.message_id.encode()) for one in (owed, other) for content in behind.taken
    ]
    assert sorted(ids) == [0, 0, 1, 1]


LOG = """\
Nov 23 14:02:01 mx postfix/smtpd[11]: connect from localhost[127.0.0.1]
Nov 23 14:02:01 mx postfix/smtpd[11]: 4F2A1B: client=localhost[127.0.0.1]
Nov 23 14:02:01 mx postfix/cleanup[12]: 4F2A1B: message-id={taken}
Nov 23 14:02:01 mx postfix/qmgr[9]: 4F2A1B: from=<x@y.example>, size=9, nrcpt=1 (queue active)
Nov 23 14:02:02 mx postfix/cleanup[12]: 5A5A5A: message-id={cut}
Nov 23 14:02:02 mx postfix/smtpd[11]: lost connection after DATA (900 bytes) from localhost
"""


@pytest.fixture
def log(owed, settings, tmp_path):
    """The log of a server; the first message was queued, the second cut off."""
    path = tmp_path / "mail.log"
    path.write_text(LOG.format(taken="<taken@x>", cut="<cut@x>"))
    settings.MTA_LOGS = [str(path)]
    return path


def found(message_id, *, ago=HALF_AN_HOUR):
    return evidence.evidence_of(message_id, handed_over_at=now() - ago, at=now()).finding


def test_queued_is_taken_and_half_a_message_is_not(log):
    assert found("<taken@x>") == "taken"
    assert found("<cut@x>") == "not_taken"
    assert found("<never seen@x>") == "not_taken"
    assert found("<cut@x>", ago=timedelta(seconds=5)) == "not_yet"


def test_a_log_that_does_not_reach_until_now_proves_nothing(log):
    long_ago = (now() - timedelta(days=1)).timestamp()
    os.utime(log, (long_ago, long_ago))

    assert found("<taken@x>") == "taken"
    assert found("<cut@x>") == "unknown"


def test_a_rotated_log_is_read_too(log):
    log.rename(log.with_name("mail.log.1"))
    log.write_text("Nov 23 14:05:00 mx postfix/anvil[3]: statistics\n")

    assert found("<taken@x>") == "taken"


def test_without_a_log_an_agent_decides(log, settings):
    log.unlink()
    assert found("<cut@x>") == "unknown"
    settings.MTA_LOGS = []
    assert found("<taken@x>") == "unknown"


def test_a_broken_end_waits_for_the_log_instead_of_an_agent(log, owed, settings, monkeypatch):
    with scripted(dot=DROP) as server:
        settings.SMTP_URL = server.url
        keep(owed)
        assert state_of(owed) == "cut"
        minutes_pass(monkeypatch)
        log.write_text(log.read_text().replace("<taken@x>", owed.message_id))
        keep(owed)

    assert state_of(owed) == "sent"
    assert len(server.taken) == 1
    assert Promise.objects.get(pk=owed.pk).attempts == 1
