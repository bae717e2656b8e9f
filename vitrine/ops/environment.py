"""What the environment says, read without Django: the `vitrine` command starts quickly."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from vitrine.ops.errors import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
"""The checkout."""


def state_directory() -> Path:
    """Where data, files and secret live; the same rule as in the settings."""
    return Path(os.environ.get("VITRINE_STATE", ROOT / ".state")).absolute()


def is_production() -> bool:
    """Whether demonstration data and development addresses are forbidden."""
    return os.environ.get("VITRINE_PRODUCTION") == "1"


def database_url() -> str | None:
    """`DATABASE_URL` when it is set; None means the embedded server.

    Raises Problem when it is not the address of a PostgreSQL database.
    """
    url = os.environ.get("DATABASE_URL") or None
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise Problem("DATABASE_URL must look like postgresql://user:password@host:port/name.")
    return url


def check_port(port: int, *, host: str, option: str) -> None:
    """Raises Problem when nobody could listen on `port`; 0 is always free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise Problem(
                f"Port {port} on {host} cannot be used ({error.strerror}): "
                f"stop what uses it, or choose another one with {option}."
            ) from error


def free_port(host: str = "127.0.0.1", *, preferred: int = 0) -> int:
    """`preferred` when nobody listens there, else a port that is free now."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Problem(f"No port is free on {host}.")
