"""Acknowledgements leave in series: each message once, each mark where it was."""

import email
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.servers.scripted_smtp import DROP, scripted
from tests.threads import all_at_once
from vitrine.channels.mail.deliver import connections, keep_in_series
from vitrine.channels.mail.deliver import series as series_module
from vitrine.correspondence.actions import KEEP_PROMISES, drafted_promise, make_promises
from vitrine.correspondence.models import Arrival, Pace, Promise
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    """Nobody waits a minute in a test; connections of other tests are not used again."""
    monkeypatch.setattr(connections, "TIMEOUT", 0.5)
    monkeypatch.setattr(connections, "LONGEST", 5.0)
    while not connections._idle.empty():
        connections._idle.get_nowait().close()


@pytest.fixture
def ticket(world):
    ticket = world.ticket()
    Promise.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return Ticket.objects.get(pk=ticket.pk)


def owed(ticket, count, *, domain="musterbach.example"):
    """So many acknowledgements, owed to as many addresses of a domain."""
    return make_promises(
        [
            drafted_promise(
                "acknowledgement",
                about=ticket,
                to=f"person{number}@{domain}",
                language=("fr", "nl", "de", "en")[number % 4],
                subject=f"Request {number}",
                text=f"We have your request {number}.",
                handler=None,
                is_automatic=True,
            )
            for number in range(count)
        ]
    )


def keys(promises):
    return [each.pk for each in promises]


def states():
    """How many were sent, cut, failed, and wait."""
    rows = list(Promise.objects.all())
    return {
        "sent": sum(row.sent_at is not None for row in rows),
        "cut": sum(
            row.handing_over_at is not None and not (row.sent_at or row.failed_at) for row in rows
        ),
        "failed": sum(row.failed_at is not None for row in rows),
        "untried": sum(row.handing_over_at is None and row.attempts == 0 for row in rows),
    }


def recipients(server):
    return sorted(email.message_from_bytes(each)["To"] for each in server.taken)


def test_thirty_leave_over_one_connection_each_recorded(ticket, settings):
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(owed(ticket, 30)))

    assert (server.connections, len(server.taken)) == (1, 30)
    assert len(set(recipients(server))) == 30
    assert states() == {"sent": 30, "cut": 0, "failed": 0, "untried": 0}
    assert set(Promise.objects.values_list("attempts", flat=True)) == {1}
    proofs = set(Promise.objects.values_list("proof", flat=True))
    assert proofs == {"127.0.0.1: 250 2.0.0 Ok: queued as 4F2A1B"}
    assert Entry.objects.filter(verb="promise.kept").count() == 30
    assert b"Reply-To: <helpdesk+" in server.taken[0] or b"Reply-To: helpdesk" in server.taken[0]


def test_each_says_what_it_would_say_alone(ticket, settings):
    promises = owed(ticket, 8)
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(promises))
        from_series = sorted(server.taken)
    alone = [series_module.letter_for(each).raw for each in Promise.objects.all()]

    def words(raws):
        return sorted(
            email.message_from_bytes(raw).get_payload(0).get_payload(decode=True) for raw in raws
        )

    assert words(from_series) == words(alone)


def test_a_series_takes_along_what_waits_and_the_other_job_has_nothing_to_do(ticket, settings):
    first, second = owed(ticket, 3), owed(ticket, 4, domain="voorbeeldegem.example")
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(first), take_along=True)
        assert len(server.taken) == 7
        keep_in_series(keys(second), take_along=True)

    assert len(server.taken) == 7


def test_one_that_is_refused_stops_nobody(ticket, settings):
    answers = ["250 ok", "550 5.1.1 User unknown", "451 4.7.1 greylisted", "250 ok"]
    with scripted(rcpt=answers) as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(owed(ticket, 12)))

    assert len(server.taken) == 10
    assert states() == {"sent": 10, "cut": 0, "failed": 1, "untried": 0}
    postponed = Promise.objects.get(sent_at=None, failed_at=None)
    assert (postponed.attempts, postponed.last_refusal) == (1, "451 4.7.1 greylisted")
    assert postponed.due_at > now() + timedelta(seconds=50)


def test_a_domain_that_slows_us_down_is_spared_and_another_is_not(ticket, settings):
    busy = owed(ticket, 4)
    other = owed(ticket, 4, domain="voorbeeldegem.example")
    with scripted(rcpt=["250 ok", "421 4.7.0 too many messages, slow down", "250 ok"]) as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys([*busy, *other]))

    assert len(server.taken) == 5
    waiting = Promise.objects.filter(sent_at=None)
    assert {row.attempts for row in waiting} == {0}
    assert {row.to_address.partition("@")[2] for row in waiting} == {"musterbach.example"}
    assert all(row.due_at > now() + timedelta(seconds=50) for row in waiting)
    assert Pace.objects.get(domain="musterbach.example").closings == 1


def test_a_series_keeps_to_the_pace_of_each_domain(ticket, settings):
    settings.MAIL_PACE = 6
    promises = owed(ticket, 9) + owed(ticket, 2, domain="voorbeeldegem.example")
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(promises))

    assert len(server.taken) == 8
    waiting = Promise.objects.filter(sent_at=None).order_by("due_at")
    apart = [round((row.due_at - waiting[0].due_at).total_seconds()) for row in waiting]
    assert apart == [0, 10, 20]
    assert all(row.has_turn for row in waiting)


def test_when_the_server_goes_away_the_rest_is_not_tried_and_waits_a_minute(ticket, settings):
    with scripted(data=["354 go on"] * 13 + [DROP]) as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(owed(ticket, 30)))

    # The fourteenth and, over a fresh connection, the fourteenth once more; nobody else.
    assert len(server.taken) == 13
    assert states() == {"sent": 13, "cut": 0, "failed": 0, "untried": 16}
    later = now() + timedelta(seconds=50)
    jobs = ProcrastinateJob.objects.filter(task_name=KEEP_PROMISES, scheduled_at__gt=later)
    assert [len(job.args["promise_ids"]) for job in jobs] == [10]
    assert Promise.objects.filter(sent_at=None, due_at__gt=later).count() == 7


class Killed(BaseException):
    """As SIGKILL: nothing after it is done."""


def test_a_worker_that_is_killed_leaves_one_message_in_doubt_and_repeats_none(
    ticket, settings, monkeypatch
):
    promises = owed(ticket, 12)
    really = series_module.hand_over

    def killed_after(letter):
        taken = really(letter)
        if letter.to.startswith("person4@"):
            raise Killed
        return taken

    with scripted() as server:
        settings.SMTP_URL = server.url
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(series_module, "hand_over", killed_after)
            keep_in_series(keys(promises))
        assert states() == {"sent": 4, "cut": 1, "failed": 0, "untried": 7}
        keep_in_series(keys(promises))  # the job again: nobody can be asked about the fifth

    assert len(server.taken) == len(set(recipients(server))) == 12
    assert states() == {"sent": 11, "cut": 0, "failed": 1, "untried": 0}
    assert Promise.objects.get(failed_at__isnull=False).failure_class == "uncertain"


def test_an_end_that_breaks_off_is_left_to_an_agent_and_the_rest_leaves(ticket, settings):
    with scripted(dot=["250 ok", DROP, "250 2.0.0 ok"]) as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(owed(ticket, 6)))

    assert len(server.taken) == 6
    assert states() == {"sent": 5, "cut": 0, "failed": 1, "untried": 0}


def test_acknowledgements_give_way_to_requests_but_not_for_ever(ticket, settings):
    promises = owed(ticket, 5)
    Arrival.objects.bulk_create(
        Arrival(reception=uuid4(), channel="mail", received_at=now(), raw=b"", sha256="")
        for _each in range(11)
    )
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_in_series(keys(promises))

        assert not server.taken
        again = ProcrastinateJob.objects.filter(task_name=KEEP_PROMISES, scheduled_at__gt=now())
        assert [sorted(job.args["promise_ids"]) for job in again] == [keys(promises)]
        Promise.objects.update(promised_at=now() - timedelta(seconds=31))
        keep_in_series(keys(promises))

    assert len(server.taken) == 5


@pytest.mark.django_db(transaction=True)
def test_six_workers_with_crossing_series_send_each_message_once(ticket, settings):
    promises = keys(owed(ticket, 40))
    settings.MAIL_PACE = 0

    def work(number):
        mine = promises[number * 5 :] if number % 2 else promises[: 40 - number * 5]
        keep_in_series(mine, take_along=bool(number % 3))

    with scripted() as server:
        settings.SMTP_URL = server.url
        all_at_once(work, of=range(6))
        keep_in_series(promises)  # what lay in the hands of somebody who had just ended

    assert len(server.taken) == len(set(recipients(server))) == 40
    assert states() == {"sent": 40, "cut": 0, "failed": 0, "untried": 0}
