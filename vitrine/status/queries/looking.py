"""Looking whether something answers: HTTP, TCP, the certificate. What it says is never kept.

The name is looked up once, the address is checked, and that very address is connected to, so that
a name cannot lead elsewhere between check and use. Redirects are answers, not followed.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vitrine.status.rules.probing import Network, Target, may_ask

MOST_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look saw."""

    milliseconds: float
    fault: str = ""
    """A code of `rules.probing.FAULTS`; blank: as it should be."""
    detail: str = ""


class Seen(Exception):
    """A fault that was seen, with its code."""

    def __init__(self, fault: str, *, detail: str = "") -> None:
        super().__init__(fault)
        self.fault, self.detail = fault, detail[:200]


def look(
    kind: str,
    *,
    target: Target,
    timeout_s: float,
    networks: Sequence[Network],
    expected_text: str = "",
    days_left: int = 0,
    trust: ssl.SSLContext | None = None,
) -> Look:
    """Look once; whatever goes wrong is a fault and no error.

    timeout_s  for all of it
    trust      default: the certificate authorities of the machine
    """
    began = time.monotonic()
    deadline = began + timeout_s
    trust = trust or ssl.create_default_context()
    fault = detail = ""
    try:
        with connected(target, deadline=deadline, networks=networks) as link:
            if kind == "http":
                detail = check_page(
                    link, target=target, text=expected_text, trust=trust, deadline=deadline
                )
            elif kind == "certificate":
                detail = check_certificate(link, target=target, days_left=days_left, trust=trust)
    except Seen as seen:
        fault, detail = seen.fault, seen.detail
    except TimeoutError:
        fault = "slow"
    except ssl.SSLCertVerificationError as error:
        fault, detail = "certificate", error.verify_message[:200]
    except (OSError, http.client.HTTPException, ValueError) as error:
        fault, detail = "refused", str(error)[:200]
    took = (time.monotonic() - began) * 1000
    if not fault and took > timeout_s * 1000:
        fault = "slow"
    return Look(milliseconds=round(took, 1), fault=fault, detail=detail)


def connected(target: Target, *, deadline: float, networks: Sequence[Network]) -> socket.socket:
    """A connection to an address that may be asked. Raises Seen or OSError."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Seen("unknown", detail=str(error)) from error
    addresses = [str(each[4][0]) for each in found]
    allowed = [each for each in addresses if may_ask(each, networks=networks)]
    if not allowed:
        raise Seen("forbidden", detail=", ".join(dict.fromkeys(addresses)))
    return socket.create_connection((allowed[0], target.port), timeout=left(deadline))


def left(deadline: float) -> float:
    """Seconds until `deadline`. Raises TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def check_page(
    link: socket.socket, *, target: Target, text: str, trust: ssl.SSLContext, deadline: float
) -> str:
    """Check that a page answers with 2xx or 3xx, and says `text`. Raises Seen or OSError."""
    if target.is_tls:
        link.settimeout(left(deadline))
        link = trust.wrap_socket(link, server_hostname=target.host)
    client = http.client.HTTPConnection(target.host, target.port)
    client.sock = link
    try:
        link.settimeout(left(deadline))
        client.request("GET", target.path, headers={"User-Agent": "Vitrine-probe/1"})
        answer = client.getresponse()
        body = b""
        while len(body) < MOST_BYTES:
            link.settimeout(left(deadline))
            part = answer.read1(65536)
            if not part:
                break
            body += part
    finally:
        client.close()
    if not 200 <= answer.status < 400:
        raise Seen("status", detail=str(answer.status))
    if text and text not in body.decode(errors="replace"):
        raise Seen("text")
    return str(answer.status)


def check_certificate(
    link: socket.socket, *, target: Target, days_left: int, trust: ssl.SSLContext
) -> str:
    """Check that the certificate is good, and for how long. Raises Seen or OSError."""
    with trust.wrap_socket(link, server_hostname=target.host) as secure:
        certificate = secure.getpeercert() or {}
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
    days = (until - datetime.now(UTC)).days
    if days < days_left:
        raise Seen("expires", detail=str(days))
    return str(days)
