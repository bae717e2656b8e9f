"""The whole landscape: Postfix before the door, Dovecot behind IMAP, the product in between.

Postfix -> LMTP -> door        mail for register.example
Postfix -> LMTP -> Dovecot     mail for dovecot.example; the fetcher waits there by IDLE
product -> Postfix -> Dovecot  what the product answers to people.example
"""

import itertools
import json
import os
import signal
import smtplib
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress

from tests.servers.dovecot import PASSWORD, USER, running_dovecot
from tests.servers.house import answers, free_port, running_house, wait_until
from tests.servers.postfix import running_postfix
from vitrine.ops import processes

DOOR, IMAP = "helpdesk@register.example", "helpdesk@dovecot.example"
PROGRAMS = ("door", "fetch", "work", "web")


class Landscape:
    """Servers that run, and the programs of the product by name."""

    def __init__(self, house, *, dovecot, smtp, lmtp):
        self.house = house
        self.dovecot = dovecot
        self.postfix = None
        self.smtp, self.lmtp, self.web = smtp, lmtp, free_port()
        self.running = {}
        self.ways = itertools.cycle((DOOR, IMAP))
        self.log = (house.directory / "log").open("ab")

    def command(self, name):
        """What each program is started with."""
        programs = {
            "door": processes.door(host="127.0.0.1", smtp_port=self.smtp, lmtp_port=self.lmtp),
            "fetch": processes.fetch(),
            "work": processes.work(),
            "web": processes.web(host="127.0.0.1", port=self.web),
        }
        return programs[name].command

    def start(self, name):
        """Start a program, or start it again; it leads a process group of its own."""
        environment = self.house.environment | {"MALLOC_ARENA_MAX": "2"}
        self.running[name] = subprocess.Popen(
            self.command(name), env=environment, cwd="/", start_new_session=True, stderr=self.log
        )

    def kill(self, name):
        """SIGKILL for a program and what it started; its exit code has been read."""
        process = self.running[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def add_mailbox(self):
        """The mailbox of the desk in Dovecot."""
        values = {
            "host": "localhost",
            "port": self.dovecot.imap_tls,
            "authority": self.dovecot.authority.file.read_text(),
            "user": USER,
            "secrets": {"password": PASSWORD},
            "start": "all",
        }
        script = (
            "import json; from vitrine.correspondence.actions import create_mailbox; "
            f"create_mailbox('Desk', by=None, **json.loads({json.dumps(json.dumps(values))}))"
        )
        assert self.house.run("shell", "-c", script).wait() == 0

    def send(self, mail, *, to=None):
        """Hand a mail to Postfix; by turns for the door and for the mailbox."""
        sender = "" if mail.envelope_from == "<>" else mail.envelope_from
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=60) as link:
            # Dovecot writes the empty sender into a header: a report, then, not a riddle.
            way = to or (DOOR if mail.kind == "broken" else next(self.ways))
            link.sendmail(sender, [way], mail.raw)

    def settled(self, *, arrivals):
        """Whether at least `arrivals` came and all that came is dealt with."""
        [[count, unhandled]] = self.house.rows(
            "SELECT count(*), count(*) FILTER (WHERE handled_at IS NULL)"
            " FROM correspondence_arrival"
        )
        if count < arrivals or unhandled:
            return False
        [[owed]] = self.house.rows(
            "SELECT count(*) FROM correspondence_promise"
            " WHERE sent_at IS NULL AND failed_at IS NULL"
        )
        return not owed and not self.postfix.queued()

    def outcomes(self):
        """How many arrivals have each outcome."""
        return dict(
            self.house.rows("SELECT outcome, count(*) FROM correspondence_arrival GROUP BY 1")
        )

    def answers_by_address(self):
        """How many messages each person got, as they lie in Dovecot."""
        found = {}
        for place in (self.dovecot.place / "mail").glob("person*/Maildir"):
            count = sum(1 for part in ("new", "cur") for _file in (place / part).glob("*"))
            found[place.parent.name] = count
        return found

    def end(self):
        """End the programs of the product."""
        for name in self.running:
            self.kill(name)
        self.log.close()


@contextmanager
def running_landscape(place, *, programs=PROGRAMS, durable=False):
    """A Landscape in which everything runs; skipped where a server is missing."""
    with ExitStack() as stack:
        for name in ("dovecot", "postfix"):
            (place / name).mkdir()
        dovecot = stack.enter_context(running_dovecot(place / "dovecot"))
        smtp, lmtp = free_port(), free_port()
        local = f"lmtp:inet:127.0.0.1:{dovecot.lmtp_port}"
        ways = {
            "register.example": f"lmtp:inet:127.0.0.1:{lmtp}",
            "dovecot.example": local,
            ".people.example": local,
        }
        postfix = stack.enter_context(running_postfix(place / "postfix", transports=ways))
        house = stack.enter_context(running_house(durable=durable))
        house.environment["VITRINE_SMTP_URL"] = f"smtp://127.0.0.1:{postfix.port}"
        house.environment["VITRINE_MAIL_PACE"] = "0"
        landscape = Landscape(house, dovecot=dovecot, smtp=smtp, lmtp=lmtp)
        landscape.postfix = postfix
        landscape.add_mailbox()
        stack.callback(landscape.end)
        for name in programs:
            landscape.start(name)
        wait_until(lambda: answers(lmtp))
        yield landscape


def pace(rate):
    """Yields at most `rate` times a second."""
    began = time.monotonic()
    for number in itertools.count():
        pause = began + number / rate - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        yield number
