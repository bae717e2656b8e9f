"""How often something has happened lately, counted in the database for every web process."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection


def count_hits(keys: Sequence[str], *, within: timedelta) -> dict[str, int]:
    """Count one more hit for each of `keys`; their hits since the first one, this included.

    within   a key begins anew so long after its first hit

    One statement. A key holds no personal data: scramble an address first.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hit_key, hits FROM kernel_count_hits(%s::text[], make_interval(secs => %s))",
            [list(keys), within.total_seconds()],
        )
        return dict(cursor.fetchall())
