"""Who works on a row, told by session locks of PostgreSQL: a claim dies with its worker."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection

_TAKE = """
SELECT id FROM (SELECT unnest(%s::bigint[]) AS id OFFSET 0) AS asked
WHERE pg_try_advisory_lock(%s, (id %% 2147483648)::int) ORDER BY id
"""
_LEAVE = """
SELECT count(pg_advisory_unlock(%s, (id %% 2147483648)::int)) FROM unnest(%s::bigint[]) AS id
"""


class Claim(IntEnum):
    """What is claimed: the first key of the locks."""

    PROMISES = 7102
    ARRIVALS = 7104
    FAXES = 7106


@contextmanager
def claimed(claim: Claim, *, ids: Collection[int]) -> Iterator[list[int]]:
    """Those of `ids` that this session alone holds; freed at the end, or with the session.

    What others hold is left out at once: nobody waits. Not inside a transaction that ends
    before the work does: what it changed must be seen by whoever claims next.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [sorted(set(ids)), claim])
        held = [pk for (pk,) in cursor.fetchall()]
    try:
        yield held
    finally:
        if held and connection.connection and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute(_LEAVE, [claim, held])
