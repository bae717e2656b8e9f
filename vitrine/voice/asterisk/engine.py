"""The Asterisk of this machine, for `make run PHONE=1`: configured, then run in our place.

    python -m vitrine.voice.asterisk.engine --state FOLDER [--sip-port N] [--http-port N]

Loopback only. The provider is played by 127.0.0.2: whoever calls from there, calls from outside.
Django is not needed, nor the database.
"""

import argparse
import os
import socket
import sys
from pathlib import Path

from vitrine.voice.asterisk import configuration
from vitrine.voice.asterisk.instance import (
    DESCRIPTION,
    Instance,
    Trunk,
    described,
    find_engine,
    free_udp_ports,
    secret,
)
from vitrine.voice.priority import Niceness, take_turn
from vitrine.voice.sounds import FALLBACKS

PROVIDER = "127.0.0.2"
KEPT = ("HOME", "LANG", "PATH", "TZ", "VITRINE_STATE")
"""Of our environment: whoever asks Asterisk for its environment learns no secret."""
ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    """Configure, and become Asterisk; ends with 1 and a sentence when there is none."""
    parser = argparse.ArgumentParser(description="Run an Asterisk of our own.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--sip-port", type=int, default=0)
    parser.add_argument("--http-port", type=int, default=0)
    wanted = parser.parse_args()
    engine = find_engine(wanted.state, ROOT / ".state")
    if engine is None:
        sys.exit("asterisk: there is none: run tools/install_asterisk first.")
    folder = wanted.state / "asterisk" / "instance"
    (folder / DESCRIPTION).unlink(missing_ok=True)
    instance = Instance(
        folder=folder,
        engine=engine,
        sip_port=wanted.sip_port or free_tcp_port(5060),
        http_port=wanted.http_port or free_tcp_port(8088),
        rtp_ports=free_udp_ports(400),
        password=secret(),
        trunk=Trunk(match=(PROVIDER,), contact=f"sip:{PROVIDER}:5060"),
    )
    configuration.write(instance)
    link_fallback(wanted.state.absolute() / "sounds", into=folder / "data" / "sounds" / "en")
    command = instance.run_command()
    take_turn(Niceness.CALLS)
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    os.execve(command[0], command, kept)  # noqa: S606


def link_fallback(sounds: Path, *, into: Path) -> None:
    """What callers hear without a brain; made later, it is heard then."""
    for name in FALLBACKS:
        link = into / f"{name}.wav"
        link.unlink(missing_ok=True)
        link.symlink_to(sounds / link.name)


def free_tcp_port(preferred: int) -> int:
    """`preferred` when nobody listens there, else any."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")


def websocket_of(state: Path) -> str:
    """Where softphones connect to; blank: no Asterisk of ours runs."""
    found = described(state / "asterisk" / "instance")
    return found["websocket"] if found else ""


if __name__ == "__main__":
    main()
