"""How the supervisor looks after a child, and what it accepts from the environment."""

import os

import pytest

from vitrine.ops.environment import check_port, database_url, free_port
from vitrine.ops.errors import Problem
from vitrine.ops.processes import Program
from vitrine.ops.supervisor import LONGEST_PAUSE, Kept, Supervisor, addresses, describe


def test_each_death_is_followed_by_a_longer_pause_up_to_half_a_minute():
    kept = Kept(Program(name="work", command=[]))
    pauses = [kept.pause(now=1.0) for _death in range(9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_long_life_is_followed_by_a_short_pause():
    kept = Kept(Program(name="work", command=[]), deaths=7, started_at=100.0)
    assert kept.pause(now=161.0) == 0.5


def test_the_log_says_how_a_child_ended():
    assert describe(-9) == "was ended by SIGKILL"
    assert describe(3) == "ended with code 3"


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "postgresql://h:port/d", "postgresql://h", "somewhere"]
)
def test_an_address_that_names_no_database_is_refused(monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(Problem, match="DATABASE_URL must look like"):
        database_url()


def test_without_an_address_the_embedded_server_is_meant(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert database_url() is None


def test_a_free_port_can_be_used():
    check_port(free_port(), host="127.0.0.1", option="--port")


def test_a_program_with_a_sign_runs_only_while_the_sign_is_there(tmp_path):
    sign = tmp_path / "mailboxes"
    supervisor = Supervisor(addresses(host="h", port=1, live_port=1, smtp_port=1, lmtp_port=1))
    supervisor.environment = dict(os.environ)
    supervisor.keep(Program(name="fetch", command=["sleep", "60"], while_exists=sign))
    [kept] = supervisor.kept

    supervisor.look_after()
    assert kept.process is None
    sign.touch()
    supervisor.look_after()
    process = kept.process
    assert process is not None
    assert process.poll() is None
    sign.unlink()
    supervisor.look_after()
    assert kept.process is None
    assert process.poll() is not None
