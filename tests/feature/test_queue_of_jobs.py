"""The queue itself: a worker finds its next job at once, however many wait."""

import re
import time

import pytest
from django.db import connection
from procrastinate import sql

WAITING = 1500
FETCHES = 30
MOST_MS = 20.0
"""For each fetch; by comparing each job with each other it takes some 400 ms."""

_INSERT = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status)
SELECT 'default', 'a task', -10, jsonb_build_object('number', number), %s
FROM generate_series(1, %s) AS number
"""


@pytest.mark.django_db
def test_a_worker_finds_its_next_job_at_once_however_many_wait():
    """The plan is made while the table is small: nobody has told PostgreSQL that it grew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        [worker] = cursor.fetchone()
        cursor.execute(_INSERT, ["succeeded", 12])
        cursor.execute("ANALYZE procrastinate_jobs")
        fetch = "SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)"
        for _ in range(8):  # after the sixth the plan is kept
            cursor.execute(fetch, [worker])
        cursor.execute(_INSERT, ["todo", WAITING])
        begin = time.perf_counter()
        for _ in range(FETCHES):
            cursor.execute(fetch, [worker])
        took = (time.perf_counter() - begin) / FETCHES * 1000

    assert took < MOST_MS


@pytest.mark.django_db
def test_the_function_that_procrastinate_calls_is_the_one_that_we_have_tuned():
    [name] = re.findall(r"procrastinate_fetch_job_v\d+", sql.queries["fetch_job"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [name])
        [settings] = cursor.fetchone()

    assert set(settings) == {"enable_seqscan=off", "enable_sort=off"}
