"""Hits are counted for every web process in the database, and forgotten in time."""

from datetime import timedelta

import pytest

from vitrine.kernel.rate_limits import count_hits

pytestmark = pytest.mark.django_db


def test_each_key_is_counted_apart(django_assert_num_queries):
    hour = timedelta(hours=1)
    count_hits(["one"], within=hour)

    with django_assert_num_queries(1):
        assert count_hits(["one", "two"], within=hour) == {"one": 2, "two": 1}


def test_a_key_begins_anew_after_its_time():
    gone = timedelta(seconds=-1)
    count_hits(["one"], within=gone)

    assert count_hits(["one"], within=gone) == {"one": 1}
