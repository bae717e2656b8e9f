"""Asking the worker for something, in the transaction of the caller.

Inside a worker procrastinate's own `app` speaks over a connection of the worker: a job
deferred there would start before the transaction that owes it has committed. So jobs
are always deferred over Django's connection, which is the one of the transaction.
"""

from datetime import datetime

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue

_JOBS = JobManager(DjangoConnector())


def defer_task(name: str, *, at: datetime | None = None, **arguments: JSONValue) -> None:
    """Have the task `name` run once the transaction commits, not before `at`."""
    configure_task(name=name, job_manager=_JOBS, schedule_at=at).defer(**arguments)
