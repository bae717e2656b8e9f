"""One Asterisk in a folder: its directories, its ports, its secret; start it and stop it.

Standard library only. Several instances run side by side, each with a folder and ports of its own.
"""

import json
import os
import secrets
import socket
import subprocess
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path

FOLDERS = (
    "etc",
    "var/lib/keys",
    "var/db",
    "var/spool/recording",
    "var/spool/monitor",
    "var/spool/fax",
    "var/run",
    "var/log",
    "var/cache",
    "data/sounds/en",
    "data/moh",
)
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")
DESCRIPTION = "instance.json"
STOPS_WITHIN = 5.0
"""Seconds after SIGTERM; it once hung for longer, so it is killed then."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Where the program stands: the folder of `tools/install_asterisk`, or the system's own."""

    folder: Path | None = None
    """None: `/usr/sbin/asterisk` and its modules as Debian puts them."""

    @property
    def modules(self) -> Path:
        """The folder of the modules."""
        return (self.folder or Path("/")) / LIBRARIES / "asterisk" / "modules"

    @property
    def share(self) -> Path:
        """Documentation and the description of ARI, without which it does not start."""
        return (self.folder or Path("/")) / "usr/share/asterisk"

    def command(self, *words: str | os.PathLike[str]) -> list[str]:
        """How to run it."""
        program = [str((self.folder or Path("/")) / "usr/sbin/asterisk")]
        if self.folder:
            at = self.folder / LIBRARIES
            program = [str(at / "ld-linux-x86-64.so.2"), "--library-path", str(at), *program]
        return [*program, *(str(word) for word in words)]


def find_engine(*states: Path) -> Engine | None:
    """The engine of `VITRINE_ASTERISK`, of the first state directory that has one, or None."""
    named = os.environ.get("VITRINE_ASTERISK")
    candidates = [Path(named)] if named else [state / "asterisk" / "engine" for state in states]
    for folder in candidates:
        if (folder / "usr/sbin/asterisk").exists():
            return Engine(folder=folder.absolute())
    return None


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """A telephone on somebody's desk that is known without asking anybody."""

    name: str
    contact: str = ""
    """`sip:name@host:port`; blank: it registers with `secret`."""
    secret: str = ""


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """The provider's lines."""

    match: tuple[str, ...] = ()
    """Addresses from which calls of the provider come; nothing else is believed."""
    contact: str = ""
    """`sip:host:port` for calls that go out; blank: none do. With `tls` the name that stands in
    the provider's certificate."""
    user: str = ""
    secret: str = ""
    registers: bool = False
    """Whether we register with the provider."""
    transport: str = "udp"
    """udp, tcp or tls."""
    from_domain: str = ""
    is_encrypted: bool = False
    """SRTP with keys in the description of the call (SDES); wants `tls`, which hides the keys."""
    authority: Path | None = None
    """PEM of who signs the provider's certificate; None: whom the system trusts."""
    shows_certificate: bool = False
    """Whether the provider, when he connects to us, shows a certificate signed by `authority`;
    who shows none gets no connection then, telephones on desks neither."""
    refresh_every: int = 180
    """Seconds, 90 at least: how old a call may become without a sign that the other side lives."""

    def __post_init__(self) -> None:
        """Keys that anybody can read on their way protect nothing. Raises ValueError."""
        if self.is_encrypted and self.transport != "tls":
            raise ValueError("SRTP wants TLS: its keys stand in what the trunk says.")


@dataclass(frozen=True, kw_only=True)
class Instance:
    """What an Asterisk of ours is told."""

    folder: Path
    engine: Engine
    address: str = "127.0.0.1"
    """Where it speaks SIP and sound."""
    outside_address: str = ""
    """What it writes into SIP when a router stands between it and the provider."""
    sip_port: int = 5060
    http_address: str = "127.0.0.1"
    http_port: int = 8088
    """ARI and the websockets of softphones; a proxy lets only `/ws` through."""
    rtp_ports: tuple[int, int] = (10000, 19999)
    application: str = "vitrine"
    user: str = "vitrine"
    password: str = ""
    trunk: Trunk = field(default_factory=Trunk)
    telephones: tuple[Telephone, ...] = ()
    certificate: Path | None = None
    """PEM of certificate and key, for SIP over TLS on the port behind `sip_port`. Softphones come
    by `wss` through a proxy: Asterisk cannot serve them without serving ARI beside them."""
    speaks_plain: bool = True
    """Whether SIP without TLS is spoken, too; telephones on desks mostly want it."""
    fax_number: str = ""
    """A number whose calls are faxes; blank: none."""
    voice_folder: Path | None = None
    """Spoken phrases, if they stand in a folder."""

    def __post_init__(self) -> None:
        """What cannot work is said before anything is written. Raises ValueError."""
        if self.certificate is None and (self.trunk.transport == "tls" or not self.speaks_plain):
            raise ValueError("SIP over TLS wants a certificate with its key.")
        if not self.speaks_plain and self.trunk.transport != "tls" and self.trunk.match:
            raise ValueError("Without plain SIP the trunk wants TLS.")
        if not ip_address(self.http_address).is_loopback:
            raise ValueError("ARI commands every call: it is for this machine alone.")

    @property
    def url(self) -> str:
        """Where ARI answers, with name and secret."""
        at = f"{self.http_address}:{self.http_port}"
        return f"http://{self.user}:{self.password}@{at}/ari"

    @property
    def configuration(self) -> Path:
        """The file that names all the others."""
        return self.folder / "etc" / "asterisk.conf"

    @property
    def recordings(self) -> Path:
        """The folder of what was recorded."""
        return self.folder / "var/spool/recording"

    def make_folders(self) -> None:
        """The directories, and links to what the engine brings."""
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("documentation", "rest-api"):
            link = self.folder / "data" / name
            if link.is_symlink():
                link.unlink()
            link.symlink_to(self.engine.share / name)

    def describe(self) -> None:
        """Write down, for whoever connects, where it answers; only its owner may read it."""
        draft = self.folder / f".{DESCRIPTION}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), default=str, indent=1))
        draft.replace(self.folder / DESCRIPTION)

    def run_command(self) -> list[str]:
        """The process that stays in the foreground."""
        return self.engine.command("-C", self.configuration, "-f", "-q")

    def ask(self, words: str, *, within: float = 10.0) -> str:
        """What its console answers to `words`; blank while it is not there."""
        command = self.engine.command("-C", self.configuration, "-rx", words)
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=within
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout if done.returncode == 0 else ""

    def is_booted(self) -> bool:
        """Whether every module is loaded; ARI answers earlier."""
        return "fully booted" in self.ask("core waitfullybooted")


def described(folder: Path) -> dict[str, str] | None:
    """`url` and `recordings` of the instance in `folder`; None: there is none."""
    try:
        facts = json.loads((folder / DESCRIPTION).read_text())
    except (OSError, ValueError):
        return None
    at = f"{facts['http_address']}:{facts['http_port']}"
    return {
        "url": f"http://{facts['user']}:{facts['password']}@{at}/ari",
        "application": facts["application"],
        "recordings": str(folder / "var/spool/recording"),
        "websocket": f"ws://{at}/ws",
    }


def secret() -> str:
    """A password that nobody has to type."""
    return secrets.token_urlsafe(24)


def free_udp_ports(count: int, *, address: str = "127.0.0.1") -> tuple[int, int]:
    """The first and the last of `count` neighbouring ports, the first even, free just now."""
    for first in range(20000 + 2 * (os.getpid() % 5000), 60000 - count, 2 * count):
        if all(_is_free(port, address=address) for port in (first, first + 1, first + count - 1)):
            return first, first + count - 1
    raise OSError("no range of ports is free")


def _is_free(port: int, *, address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
