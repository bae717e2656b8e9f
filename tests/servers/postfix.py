"""A real Postfix with queue and configuration of its own; it needs root to run.

    with running_postfix(directory, transports={"register.example": "lmtp:inet:127.0.0.1:2526"}):
        send by SMTP to 127.0.0.1:postfix.port

It takes mail for every domain and passes it on by `transports`; without one for the domain it
goes to `relay_host`, else it is bounced. So it serves as the server before our door, and as
the smarthost behind our outgoing mail (`VITRINE_SMTP_URL=smtp://127.0.0.1:PORT`).
"""

import os
import shutil
import smtplib
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.dovecot import SBIN
from tests.servers.house import answers, free_port, wait_until

MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/state
maillog_file = {place}/log
maillog_file_prefixes = /tmp, /var, {top}
myhostname = mx.gateway.example
mydomain = gateway.example
myorigin = gateway.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
local_header_rewrite_clients =
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = 20
default_destination_concurrency_limit = 10
default_destination_recipient_limit = 1
default_transport = {default}
transport_maps = inline:{{ {transports} }}
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:nobody lives here
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = {tls}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtputf8_enable = yes
biff = no
message_size_limit = 80000000
mailbox_size_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
bounce_queue_lifetime = 60s
maximal_queue_lifetime = 600s
{more}
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A Postfix that is not running yet; its port is known."""

    def __init__(self, directory, *, transports=(), relay_host="", certificate=("", ""), more=""):
        self.place = Path(directory)
        self.port = free_port()
        self.transports = dict(transports)
        self.relay_host = relay_host
        self.certificate = certificate
        self.more = more

    @property
    def configuration(self):
        """The directory of main.cf."""
        return self.place / "etc"

    def configure(self):
        """Write main.cf and master.cf."""
        for name in ("etc", "queue", "state"):
            (self.place / name).mkdir(exist_ok=True, parents=True)
        shutil.chown(self.place / "state", "postfix", "postfix")
        pairs = " ".join(f"{{ {domain} = {way} }}" for domain, way in self.transports.items())
        nowhere = "error:5.1.2 no way to there"
        certificate, key = self.certificate
        (self.configuration / "main.cf").write_text(
            MAIN.format(
                place=self.place,
                top=f"/{self.place.parts[1]}",
                default=f"smtp:{self.relay_host}" if self.relay_host else nowhere,
                transports=pairs or "{ nowhere.invalid = discard: }",
                tls="may" if certificate else "none",
                certificate=certificate,
                key=key,
                more=self.more,
            )
        )
        (self.configuration / "master.cf").write_text(MASTER.format(port=self.port))

    def command(self, *words, **options):
        """One of Postfix's own programs on this instance."""
        program = shutil.which(words[0], path=SBIN)
        where = ["-c", str(self.configuration)]
        return subprocess.run(
            [program, *where, *words[1:]], capture_output=True, text=True, check=False, **options
        )

    def start(self):
        """Start, and wait until it answers."""
        self.configure()
        done = self.command("postfix", "start")
        assert done.returncode == 0, done.stderr + self.log()
        wait_until(lambda: answers(self.port), within=20)

    def stop(self):
        """End it at once; what it has queued stays."""
        self.command("postfix", "abort")

    def log(self):
        """What it wrote down."""
        place = self.place / "log"
        return place.read_text(errors="replace") if place.exists() else ""

    def queued(self):
        """How many messages wait in its queue."""
        lines = self.command("postqueue", "-j").stdout.splitlines()
        return sum(line.startswith("{") for line in lines)

    def flush(self):
        """Try everything that waits again, now."""
        self.command("postqueue", "-f")

    def send(self, raw, *, sender="ana@musterbach.example", to="helpdesk@register.example"):
        """Hand a message to it, as a mail client does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as link:
            link.sendmail(sender, [to], raw)


@contextmanager
def running_postfix(directory, **options):
    """A Postfix in `directory`; the test is skipped without root or without Postfix."""
    if shutil.which("postfix", path=SBIN) is None:
        pytest.skip("There is no Postfix: tools/install_servers brings it on Debian.")
    if os.geteuid() != 0:
        pytest.skip("Postfix starts only as root.")
    postfix = Postfix(directory, **options)
    try:
        postfix.start()
        yield postfix
    finally:
        postfix.stop()
