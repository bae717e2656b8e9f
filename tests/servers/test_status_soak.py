"""What must never happen to the public state, tried briefly; for long by `bench.status_soak`."""

import pytest

from bench import status_soak
from tests.servers.status_hosts import NGINX


@pytest.mark.parametrize("kind", ["serve", "nginx"])
def test_nobody_reads_a_torn_a_mixed_or_an_older_version(kind):
    if kind == "nginx" and not NGINX:
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    found = status_soak.torn(publications=15, reads=3_000, hosts=(kind,))[kind]
    assert found["torn_or_mixed"] == 0
    assert found["backward"] == 0
    assert set(found["statuses"]) == {"200"}
    assert found["versions_seen"] > 3


def test_a_publisher_that_is_killed_leaves_a_whole_tree_and_the_next_one_heals_it():
    found = status_soak.killed(kills=15)
    assert found["incomplete"] == 0
    assert found["backward"] == 0
    assert found["left_over"] == 0
    assert found["chain_faults"] == 0
    assert found["heals_within_s"] <= 5


def test_nobody_is_told_that_nothing_has_changed_when_the_length_is_the_same():
    hosts = ("serve", "nginx") if NGINX else ("serve",)
    found = status_soak.alike(changes=30, hosts=hosts)
    assert set(found["wrong_304"].values()) == {0}
