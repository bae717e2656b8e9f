"""A real Dovecot: IMAP with IDLE, LMTP in; without root rights, in a directory of its own.

with running_dovecot(directory) as dovecot:
    dovecot.deliver(raw)                       # into INBOX of `helpdesk`
    dovecot.imap(), dovecot.imap_tls           # a logged-in IMAPClient; the ports
"""

import grp
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.servers.certificates import Authority
from tests.servers.house import answers, free_port, wait_until

SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
USER, PASSWORD = "helpdesk", "open-sesame"

CONFIGURATION = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/dovecot.log
auth_failure_delay = 0
login_greeting = ready
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
protocols = imap lmtp
listen = 127.0.0.1
mail_location = maildir:%h/Maildir
mail_fsync = never
mail_max_userip_connections = 50
imap_idle_notify_interval = 2 s
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
{oauth}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {place}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/mail/%n allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imap_tls}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol lmtp {{
  auth_username_format = %n
}}
{acl}
namespace inbox {{
  inbox = yes
  mailbox Processed {{
    auto = create
  }}
}}
{capability}
"""

OAUTH = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {place}/oauth2.conf
}}"""


ACL = """mail_plugins = $mail_plugins acl
plugin {
  acl = vfile
}"""


class Dovecot:
    """A Dovecot that is not running yet; ports and places are known."""

    def __init__(
        self, directory, *, capability="", tokens_url="", hosts=("localhost", "127.0.0.1")
    ):
        self.place = Path(directory)
        self.imap_port, self.imap_tls, self.lmtp_port = free_port(), free_port(), free_port()
        self.authority = Authority(self.place)
        self.certificate, self.key = self.authority.issue(*hosts, name="dovecot")
        self.capability = capability
        self.tokens_url = tokens_url
        self.acl = False
        """Whether files `dovecot-acl` say who may do what."""
        self.process = None
        self.owner = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        for name in ("run", "state", "mail"):
            (self.place / name).mkdir(exist_ok=True)
        (self.place / "users").write_text(
            "".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in (USER, "second", "third"))
        )

    def configure(self):
        """Write the configuration as it is wanted now."""
        oauth = ""
        if self.tokens_url:
            (self.place / "oauth2.conf").write_text(
                f"tokeninfo_url = {self.tokens_url}\nusername_attribute = email\n"
                "active_attribute = active\nactive_value = true\n"
            )
            oauth = OAUTH.format(place=self.place)
        group = grp.getgrgid(self.owner.pw_gid).gr_name
        text = CONFIGURATION.format(
            place=self.place,
            user=self.owner.pw_name,
            group=group,
            uid=self.owner.pw_uid,
            gid=self.owner.pw_gid,
            imap=self.imap_port,
            imap_tls=self.imap_tls,
            lmtp=self.lmtp_port,
            ssl="yes",
            certificate=self.certificate,
            key=self.key,
            oauth=oauth,
            acl=ACL if self.acl else "",
            mechanisms="xoauth2 oauthbearer" if self.tokens_url else "",
            capability=f"imap_capability = {self.capability}" if self.capability else "",
        )
        (self.place / "dovecot.conf").write_text(text)
        if os.geteuid() == 0:
            for path in (self.place, *self.place.rglob("*")):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def start(self):
        """Start, and wait until it answers."""
        self.configure()
        drop = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [shutil.which("dovecot", path=SBIN), "-F", "-c", str(self.place / "dovecot.conf")],
            cwd="/",
            start_new_session=True,
            **(drop if os.geteuid() == 0 else {}),
        )
        for port in (self.imap_port, self.imap_tls, self.lmtp_port):
            wait_until(lambda port=port: answers(port) or self._died(), within=20)

    def _died(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Dovecot ended: {self.log()[-2000:]}")
        return False

    def stop(self):
        """End it with every connection; what it holds stays."""
        if self.process:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # it lets clients finish for long
            self.process.wait()
            self.process = None

    def log(self):
        """What it wrote down."""
        place = self.place / "dovecot.log"
        return place.read_text() if place.exists() else ""

    def deliver(self, raw, *, user=USER, sender="ana@musterbach.example"):
        """Put a message into the INBOX of `user`, the way a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as link:
            link.sendmail(sender, [f"{user}@dovecot.example"], raw)

    @contextmanager
    def imap(self, *, user=USER, folder="INBOX"):
        """A logged-in client with `folder` selected."""
        with IMAPClient("127.0.0.1", port=self.imap_port, ssl=False, timeout=20) as client:
            client.login(user, PASSWORD)
            client.select_folder(folder)
            yield client


@contextmanager
def running_dovecot(directory, **options):
    """A Dovecot in `directory`; the test is skipped where the machine has none."""
    if shutil.which("dovecot", path=SBIN) is None:
        pytest.skip("There is no Dovecot: tools/install_servers brings it on Debian.")
    dovecot = Dovecot(directory, **options)
    try:
        dovecot.start()
        yield dovecot
    finally:
        dovecot.stop()
