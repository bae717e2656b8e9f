"""Everything that makes up the telephone, as processes of their own, and how to look at them."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers.exchange import DESK, Exchange
from tests.servers.house import ROOT, free_port, running_house, wait_until
from tests.servers.switchboard import Switchboard, lent_house

SOUNDS = ROOT / ".state" / "sounds"
TICKS = os.sysconf("SC_CLK_TCK")
PREPARE = """
import json, sys
from datetime import time
from vitrine.accounts.models import Account
from vitrine.calendars.models import ClosingDay, OpeningHours
from vitrine.telephony.actions import change_menu, change_policy, set_endpoint
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy

wanted = json.loads(sys.argv[1])
ClosingDay.objects.all().delete()
OpeningHours.objects.all().delete()
for day in range(7):
    OpeningHours.objects.create(weekday=day, opens=time(0, 0), closes=time(23, 59, 59))
for number in range(wanted["agents"]):
    account = Account.objects.create(
        email=f"agent{number}@register.example", name=f"Agent {number}",
        roles=["call_taker"], ui_language="fr",
    )
    account.spoken_languages.create(language="fr", level=3)
    set_endpoint(
        account, kind="desk_phone", address=f"sip:agent{number}@{wanted['desk']}", by=None
    )
    print("agent", account.pk)
change_policy(Policy(ring_for=5.0, wrap_up=wanted["wrap_up"], reserve_for=0.0,
                     prefer_known_for=0.0, most_wait=3600.0), by=None)
change_menu(PhoneMenu(languages=("fr",), choices=()).as_json(), by=None)
"""
MENU = """
import sys
from vitrine.telephony.actions import change_menu
from vitrine.telephony.rules.menus import PhoneMenu
change_menu(PhoneMenu(languages=(sys.argv[1],), choices=()).as_json(), by=None)
"""


class Whole(Switchboard):
    """The product's telephone with many agents; callers press no keys and wait at once."""

    agents_process = None
    standby = None

    def furnish(self, *, agents, wrap_up=0.0):
        """Accounts, telephones, hours; a menu that asks nothing."""
        wanted = {"agents": agents, "wrap_up": wrap_up, "desk": f"{DESK}:{self.desk_port}"}
        said = self.shell(PREPARE, json.dumps(wanted))
        self.lend_sounds()
        self.everybody = [f"agent-{line.split()[1]}" for line in said.splitlines() if line]

    def lend_sounds(self):
        """What was spoken before for all runs; else this one speaks by itself, beside the calls."""
        if (SOUNDS / "index.json").exists():
            (self.house.directory / "sounds").symlink_to(SOUNDS, target_is_directory=True)

    def shell(self, code, *words):
        """Run `code` with the product's Django."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *words]
        environment = self.house.environment
        return subprocess.check_output(command, env=environment, cwd="/", text=True)

    def speak(self, language):
        """Whoever calls from now on speaks this."""
        self.shell(MENU, language)
        self.obeyed("configure")

    def seat(self):
        """Everybody sits down and is ready."""
        for kind in ("sign-in", "ready"):
            self.obeyed(kind, agents=self.everybody)

    def obeyed(self, kind, *, agents=("",), within=60.0):
        """Tell the telephone something for each of these agents; back when all was followed."""
        with psycopg.connect(self.house.server.url, autocommit=True) as link:
            for agent in agents:
                link.execute(
                    "INSERT INTO telephony_instruction"
                    " (kind, agent, call, facts, given_at, expires_at, result, reason)"
                    " VALUES (%s, %s, '', '{}', now(), now() + interval '60 s', '', '')",
                    [kind, agent],
                )
            link.execute("NOTIFY vitrine_phone")
        query = "SELECT count(*) FROM telephony_instruction WHERE result = ''"
        wait_until(lambda: self.rows(query) == [(0,)], within=within)

    @contextmanager
    def telephones(self, role, name, **options):
        """A process of telephones; ended at the end, its report in `name`.json."""
        report = self.house.directory / f"{name}.json"
        words = [f"--{key.replace('_', '-')}={value}" for key, value in options.items()]
        command = [sys.executable, "-m", "bench.phone_soak.telephones", role, *words]
        process = subprocess.Popen(
            [*command, f"--report={report}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        process.report = report
        assert "ready" in process.stdout.readline()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)

    def report(self, name):
        """What the telephones of that name saw."""
        return json.loads((self.house.directory / f"{name}.json").read_text())

    @property
    def sip_address(self):
        """Where callers call."""
        return f"127.0.0.1:{self.exchange.instance.sip_port}"

    def settle_entries(self, calls, since, *, within=120.0):
        """How many calls were rung for since then, as the journal knows at most so much later."""
        query = (
            "SELECT count(DISTINCT call) FROM telephony_callentry"
            " WHERE kind = 'ring' AND at >= to_timestamp(%s)"
        )
        ends = time.monotonic() + within
        while (rung := self.rows(query, since)[0][0]) < calls and time.monotonic() < ends:
            time.sleep(0.5)
        return rung

    def settle(self, *, within=120.0):
        """Wait until every call has ended and every entry is told."""
        query = "SELECT count(*) FROM telephony_call WHERE is_stale OR ended_at IS NULL"
        wait_until(lambda: self.rows(query) == [(0,)], within=within)

    def verify(self):
        """What `vitrine phone verify --json` says, and whether it is content."""
        done = self.house.run("phone_verify", "--json", stdout=subprocess.PIPE, text=True)
        said, _nothing = done.communicate()
        return json.loads(said) | {"is_whole": done.returncode == 0}

    def stop(self):
        """End both processes that route."""
        if self.standby is not None and self.standby.poll() is None:
            self.standby.kill()
            self.standby.wait()
        super().stop()


def speak_once():
    """Make all sounds before anything is measured."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "vitrine.config.settings",
        "VITRINE_STATE": str(SOUNDS.parent),
    }
    command = [sys.executable, "-m", "django", "phone_speak"]
    subprocess.run(command, check=False, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


def cpu_of(pid):
    """Seconds of processor that a process and its threads have had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def files_of(pid):
    """What a process has open: kind -> how many."""
    found = {}
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        kind = target.partition(":")[0] if not target.startswith("/") else target
        found[kind] = found.get(kind, 0) + 1
    return found


@contextmanager
def whole(*, agents, wrap_up=0.0, sound_every=0, standby=False, has_own_database=False):
    """Everything up, everybody ready."""
    ports = free_port(), free_port()
    lent = os.environ.get("VITRINE_TEST_PHONE_DATABASE") if not has_own_database else None
    with lent_house(lent) if lent else running_house(prefix="vitrine-phone-") as house:
        exchange = Exchange(house.directory / "pbx", trunk_port=ports[0], rtp=2000)
        board = Whole(house, exchange, ports)
        exchange.start()
        try:
            board.furnish(agents=agents, wrap_up=wrap_up)
            board.serve()
            with board.telephones(
                "agents", "agents", port=ports[1], sound_every=sound_every
            ) as desk:
                board.agents_process = desk
                board.seat()
                if standby:
                    board.standby = board.start("--standby")
                yield board
        except BaseException:
            print(board.log(), file=sys.stderr)
            raise
        finally:
            board.stop()
            exchange.stop()


def share(values, part):
    """The value below which `part` of them lie; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def ask_for_report(process):
    """Let telephones write down what they saw until now; back when it is there."""
    before = process.report.stat().st_mtime if process.report.exists() else 0.0
    process.send_signal(signal.SIGUSR2)
    wait_until(
        lambda: process.report.exists() and process.report.stat().st_mtime > before, within=20
    )
    return json.loads(process.report.read_text())
