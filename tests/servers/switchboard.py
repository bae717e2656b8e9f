"""The whole telephone for a test: Asterisk, the process that routes, PostgreSQL, people."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.servers.exchange import DESK, TRUNK, Exchange, eventually, state_directories
from tests.servers.house import House, free_port, running_house, wait_until
from tests.servers.sip import Answers, Phone
from vitrine.voice.asterisk.instance import find_engine

CALLER, MIA, JO = 440.0, 660.0, 990.0
"""Hertz that each sends."""
NUMBER = "+3225550100"

PREPARE = """
import sys
from datetime import time
from vitrine.accounts.models import Account
from vitrine.calendars.models import ClosingDay, OpeningHours
from vitrine.directory.models import Service
from vitrine.telephony.actions import change_menu, change_policy, set_endpoint, set_up_number
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy

ClosingDay.objects.all().delete()
OpeningHours.objects.all().delete()
for day in range(7):
    OpeningHours.objects.create(weekday=day, opens=time(0, 0), closes=time(23, 59, 59))
desk = sys.argv[1] if len(sys.argv) > 1 else DESK
for name, languages in (("Mia", {"fr": 3, "nl": 2}), ("Jo", {"nl": 3, "de": 2}), ("Boss", {})):
    account = Account.objects.create(
        email=f"{name.lower()}@register.example", name=name, roles=["call_taker", "supervisor"],
        ui_language="fr",
    )
    for language, level in languages.items():
        account.spoken_languages.create(language=language, level=level)
    set_endpoint(account, kind="desk_phone", address=f"sip:{name.lower()}@{DESK}", by=None)
    print(name.lower(), f"agent-{account.pk}")
change_policy(Policy(ring_for=6.0, wrap_up=1.0, call_back_pause=10.0, reserve_for=0.0), by=None)
boss = Account.objects.get(name="Boss")
set_up_number("+3225550101", purpose="colleague", colleague=boss, by=None)
"""


class Switchboard:
    """Everything that runs, and how to look at it."""

    def __init__(self, house, exchange, ports):
        self.house, self.exchange = house, exchange
        self.provider_port, self.desk_port = ports
        self.names = {}
        self.process = None
        self.recordings = exchange.instance.recordings

    # ------------------------------------------------------------------ the process

    def prepare(self):
        """Accounts, telephones, hours."""
        at = f"{DESK}:{self.desk_port}"
        code = PREPARE.replace("{DESK}", at).replace("else DESK", f"else {at!r}")
        done = self.house.run("shell", "-c", code, stdout=subprocess.PIPE, text=True)
        said, _nothing = done.communicate()
        assert done.returncode == 0
        self.names = dict(line.split() for line in said.splitlines() if len(line.split()) == 2)

    def serve(self, *options):
        """Start the process; back when calls may come."""
        before = self.epoch()
        self.process = self.start(*options)
        wait_until(lambda: self._serves(before), within=120)

    def start(self, *options):
        environment = self.house.environment | {"VITRINE_LOG_LEVEL": "INFO"}
        log = (self.house.directory / "phone.log").open("ab")
        folder = str(self.exchange.instance.folder)
        command = [sys.executable, "-m", "django", "phone_serve", "--asterisk", folder, *options]
        return subprocess.Popen(command, env=environment, cwd="/", stdout=log, stderr=log)

    def _serves(self, before):
        assert self.process.poll() is None, self.log()
        floor = self.floor()
        return floor.get("is_up") and floor["epoch"] != before

    def log(self):
        return (self.house.directory / "phone.log").read_text()[-4000:]

    def epoch(self):
        return self.floor().get("epoch", "")

    def kill(self):
        """As if the process had been shot."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.kill()

    # ------------------------------------------------------------------ records

    def rows(self, query, *values):
        return self.house.rows(query, *values)

    def floor(self):
        rows = self.rows("SELECT floor FROM telephony_floorpicture")
        return rows[0][0] if rows else {}

    def entries(self, kind, call=None):
        """Facts of the journal's entries of a kind, the oldest first."""
        query = "SELECT call, agent, facts FROM telephony_callentry WHERE kind = %s"
        rows = self.rows(f"{query} ORDER BY epoch, sequence", kind)
        return [
            {"call": one[0], "agent": one[1]} | one[2] for one in rows if call in (None, one[0])
        ]

    def call(self, name):
        """The call as it is told: outcome, who answered."""
        rows = self.rows(
            "SELECT outcome, answered_by, ended_at IS NOT NULL, ticket_id, menu_exit"
            " FROM telephony_call WHERE name = %s",
            name,
        )
        return rows[0] if rows else ("", "", False, None, "")

    def agent(self, name):
        """What an agent does: the picture's word."""
        for one in self.floor().get("agents", ()):
            if one["name"] == self.names[name]:
                return one["state"]
        return ""

    async def instruct(self, kind, agent="", call="", **facts):
        """Tell the telephone something as a page does; its answer."""
        with psycopg.connect(self.house.server.url, autocommit=True) as link:
            [number] = link.execute(
                "INSERT INTO telephony_instruction"
                " (kind, agent, call, facts, given_at, expires_at, result, reason)"
                " VALUES (%s, %s, %s, %s, now(), now() + interval '20 s', '', '') RETURNING id",
                [kind, self.names.get(agent, agent), call, json.dumps(facts)],
            ).fetchone()
            link.execute("SELECT pg_notify('vitrine_phone', %s)", [str(number)])
        query = "SELECT result, reason FROM telephony_instruction WHERE id = %s AND result <> ''"
        [answer] = await eventually(lambda: self.rows(query, number))
        return answer

    async def ready(self, *agents):
        """They sit down and take calls."""
        for agent in agents:
            assert await self.instruct("sign-in", agent) == ("done", "")
            assert await self.instruct("ready", agent) == ("done", "")

    async def leave(self, *agents):
        for agent in agents or self.names:
            await self.instruct("sign-out", agent)

    # ------------------------------------------------------------------ people

    async def dial(self, *, number=None, dialled=NUMBER, keys="", **more):
        """Somebody calls, and keys as soon as he is spoken to."""
        number = number or f"+3222{time.monotonic_ns() % 10**6:06}"
        talk = await self.provider.dial(dialled, at=self.exchange.sip, number=number, **more)
        await talk.answered()
        talk.call = await eventually(lambda: self.call_of(number))
        for key in keys:
            await asyncio.sleep(0.15)
            talk.press(key)
        return talk

    async def dial_without_brain(self):
        """Somebody calls while nobody routes."""
        number = f"+3223{time.monotonic_ns() % 10**6:06}"
        return await self.provider.dial(NUMBER, at=self.exchange.sip, number=number)

    def call_of(self, number):
        rows = self.rows(
            "SELECT call FROM telephony_callentry WHERE kind = 'call-arrived'"
            " AND facts->>'number' = %s ORDER BY id DESC LIMIT 1",
            number,
        )
        return rows[0][0] if rows else ""

    @asynccontextmanager
    async def people(self):
        """The provider and the desk telephones, for one test."""
        self.provider = await Phone.open(TRUNK, port=self.provider_port)
        self.desk = await Phone.open(DESK, port=self.desk_port)
        for name, tone in (("mia", MIA), ("jo", JO), ("boss", 1320.0)):
            self.desk.behave(name, Answers(), tone=tone)
        try:
            yield self
        finally:
            for talk in (*self.provider.talks, *self.desk.talks):
                if talk.state != "ended":
                    talk.hang_up()
            await asyncio.sleep(0.2)
            await self.leave()
            self.provider.close()
            self.desk.close()


class LentServer:
    """A database that runs already."""

    def __init__(self, url):
        self.url = url


@contextmanager
def lent_house(url):
    """A house with a database of the developer's: `VITRINE_TEST_PHONE_DATABASE`, quicker."""
    directory = Path(tempfile.mkdtemp(prefix="vitrine-phone-"))
    house = House(directory)
    house.server = LentServer(url)
    house.environment |= {"DATABASE_URL": url}
    with psycopg.connect(url) as link:
        link.execute(
            "TRUNCATE accounts_account, telephony_call, telephony_callentry,"
            " telephony_floorpicture, telephony_diallednumber CASCADE"
        )
    yield house
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_switchboard(set_up="", **options):
    """Everything up; skipped with the reason where there is no Asterisk.

    set_up   Python that sets more up before the process starts
    options  of the Asterisk
    """
    if find_engine(*state_directories()) is None:
        pytest.skip("There is no Asterisk: tools/install_asterisk brings it on Debian, amd64.")
    ports = free_port(), free_port()
    lent = os.environ.get("VITRINE_TEST_PHONE_DATABASE")
    with lent_house(lent) if lent else running_house(prefix="vitrine-phone-") as house:
        folder = house.directory / "pbx"
        exchange = Exchange(folder, trunk_port=ports[0], **options)
        exchange.start()
        board = Switchboard(house, exchange, ports)
        try:
            board.prepare()
            if set_up:
                assert house.run("shell", "-c", set_up).wait() == 0
            board.serve()
            yield board
        finally:
            board.stop()
            exchange.stop()


def scenario(function):
    """Run a test of asyncio with people; nothing may be left in Asterisk afterwards."""

    def run(board):
        async def whole():
            async with asyncio.timeout(240), board.people() as one:
                await function(one)

        asyncio.run(whole())
        wait_until(lambda: not board.exchange.channels(), within=30)
        wait_until(lambda: not board.exchange.bridges(), within=30)

    run.__name__, run.__doc__ = function.__name__, function.__doc__
    return run
