"""Jobs are deferred in the transaction that owes them, inside a worker too."""

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vitrine.channels.jobs import deliver_promise, sweep_now
from vitrine.correspondence.actions import KEEP_PROMISE
from vitrine.correspondence.models import Promise, SinkMessage
from vitrine.tickets.actions import reply


class RolledBack(Exception):
    pass


def test_a_promise_that_is_rolled_back_leaves_no_job(world):
    before = ProcrastinateJob.objects.count()

    with pytest.raises(RolledBack), transaction.atomic():
        world.ticket()
        assert ProcrastinateJob.objects.filter(task_name=KEEP_PROMISE).exists()
        raise RolledBack

    assert ProcrastinateJob.objects.count() == before


def test_a_worker_defers_over_the_connection_of_the_transaction(world):
    """Inside a worker procrastinate's app has a connection of its own."""
    with app.replace_connector(app.connector.get_worker_connector()):
        world.ticket()  # would raise AppNotOpen over the connection of the worker

    assert ProcrastinateJob.objects.filter(task_name=KEEP_PROMISE).count() == 1


def test_a_job_that_was_lost_is_made_good_by_the_sweep(world):
    world.ticket()

    sweep_now()
    deliver_promise(promise_id=Promise.objects.get().pk)

    assert SinkMessage.objects.count() == 1


def test_an_acknowledgement_leaves_after_what_a_person_wrote(world):
    ticket = world.ticket()
    reply(ticket, text="The code was corrected; please send it again.", by=world.bruno)

    jobs = ProcrastinateJob.objects.filter(task_name=KEEP_PROMISE).order_by("-priority", "id")
    owed = Promise.objects.in_bulk([job.args["promise_id"] for job in jobs])
    in_order = [owed[job.args["promise_id"]] for job in jobs if job.args["promise_id"] in owed]

    assert [each.is_automatic for each in in_order] == [False, True]
