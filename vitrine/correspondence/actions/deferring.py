"""Asking the worker for something, in the transaction of the caller.

Inside a worker procrastinate's own `app` speaks over a connection of the worker: a job
deferred there would start before the transaction that owes it has committed. So jobs
are always deferred over Django's connection, which is the one of the transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONDict, JSONValue

_JOBS = JobManager(DjangoConnector())
_USUAL, _LATER = 0, -10


def defer_tasks(name: str, *, arguments: Iterable[JSONDict], can_wait: bool = False) -> None:
    """Have the task `name` run once for each of `arguments`, all deferred in one statement.

    can_wait  whether it runs after all that cannot
    """
    if jobs := list(arguments):
        priority = _LATER if can_wait else _USUAL
        configure_task(name=name, job_manager=_JOBS, priority=priority).batch_defer(*jobs)


def defer_task(
    name: str, *, at: datetime | None = None, can_wait: bool = False, **arguments: JSONValue
) -> None:
    """Have the task `name` run once the transaction commits, not before `at`.

    can_wait  whether it runs after all that cannot
    """
    priority = _LATER if can_wait else _USUAL
    task = configure_task(name=name, job_manager=_JOBS, priority=priority, schedule_at=at)
    task.defer(**arguments)
