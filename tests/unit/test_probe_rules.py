"""What a probe may ask, and when it proposes."""

from datetime import UTC, datetime, timedelta

import pytest

from vitrine.status.rules.probing import (
    InvalidTarget,
    is_trouble,
    may_ask,
    next_look,
    read_networks,
    read_target,
)

NETWORKS = read_networks("10.1.0.0/16, 127.0.0.0/8 fe80::/10 169.254.0.0/16")


@pytest.mark.parametrize(
    ("kind", "text", "host", "port", "path"),
    [
        ("http", "https://register.example", "register.example", 443, "/"),
        ("http", "http://register.example:8080/a?b=c", "register.example", 8080, "/a?b=c"),
        ("http", "http://[::1]:80/", "::1", 80, "/"),
        ("tcp", "register.example:5432", "register.example", 5432, "/"),
        ("certificate", "register.example", "register.example", 443, "/"),
        ("certificate", "register.example:8443", "register.example", 8443, "/"),
    ],
)
def test_a_target_is_an_address_or_a_host_with_its_port(kind, text, host, port, path):
    target = read_target(kind, text=text)
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("http", "file:///etc/passwd"),
        ("http", "gopher://register.example/"),
        ("http", "register.example"),
        ("http", "https://user:secret@register.example/"),
        ("http", "http://register.example/a\r\nHost: elsewhere"),
        ("http", "http://register.example:99999/"),
        ("http", "http:///nowhere"),
        ("tcp", "register.example"),
        ("tcp", "register.example:x"),
        ("tcp", "register.example:80/path"),
        ("tcp", "http://register.example:80"),
        ("certificate", ""),
    ],
)
def test_anything_else_is_refused(kind, text):
    with pytest.raises(InvalidTarget):
        read_target(kind, text=text)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("8.8.8.8", False),
        ("169.254.169.254", False),  # where clouds keep their secrets, even when allowed
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
    ],
)
def test_probes_ask_only_in_the_networks_that_were_allowed(address, may):
    assert may_ask(address, networks=NETWORKS) is may
    assert not may_ask(address, networks=())


def test_trouble_is_so_many_failures_in_a_row():
    assert is_trouble(["slow", "refused", "slow", ""], in_a_row=3)
    assert not is_trouble(["slow", "", "slow", "slow"], in_a_row=3)
    assert not is_trouble(["slow", "slow"], in_a_row=3)


def test_looks_are_spread_by_a_tenth_of_the_interval():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    every = timedelta(minutes=10)
    assert next_look(at, every=every, chance=0) == at + timedelta(minutes=9)
    assert next_look(at, every=every, chance=1) == at + timedelta(minutes=11)
