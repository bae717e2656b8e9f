"""Jobs are deferred in the transaction that owes them, inside a worker too."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vitrine.channels.jobs import deliver_promises, sweep_now
from vitrine.correspondence.actions import KEEP_PROMISE, KEEP_PROMISES
from vitrine.correspondence.models import Promise, SinkMessage
from vitrine.kernel.clock import now
from vitrine.tickets.actions import reply


@pytest.fixture(autouse=True)
def no_jobs_of_others(db):
    """Tests that had to commit may have left some."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


class RolledBack(Exception):
    pass


def test_a_promise_that_is_rolled_back_leaves_no_job(world):
    before = ProcrastinateJob.objects.count()

    with pytest.raises(RolledBack), transaction.atomic():
        world.ticket()
        assert ProcrastinateJob.objects.filter(task_name=KEEP_PROMISES).exists()
        raise RolledBack

    assert ProcrastinateJob.objects.count() == before


def test_a_worker_defers_over_the_connection_of_the_transaction(world):
    """Inside a worker procrastinate's app has a connection of its own."""
    with app.replace_connector(app.connector.get_worker_connector()):
        world.ticket()  # would raise AppNotOpen over the connection of the worker

    assert ProcrastinateJob.objects.filter(task_name=KEEP_PROMISES).count() == 1


def test_a_job_that_was_lost_is_made_good_by_the_sweep_after_a_while(world):
    world.ticket()

    sweep_now()
    assert SinkMessage.objects.count() == 0  # its job may well be the next
    Promise.objects.update(due_at=now() - timedelta(seconds=20))
    sweep_now()
    deliver_promises(promise_ids=[Promise.objects.get().pk])

    assert SinkMessage.objects.count() == 1


def test_an_acknowledgement_leaves_after_what_a_person_wrote(world):
    ticket = world.ticket()
    reply(ticket, text="The code was corrected; please send it again.", by=world.bruno)

    ours = ProcrastinateJob.objects.filter(status="todo", task_name__startswith=KEEP_PROMISE)
    in_order = ours.order_by("-priority", "id").values_list("task_name", flat=True)

    assert list(in_order) == [KEEP_PROMISE, KEEP_PROMISES]
