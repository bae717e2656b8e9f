"""Authentication-Results (RFC 8601): what our own mail server says it has checked.

Only headers of a server that the settings name are read, and of these only the first
group: what stands behind the next Received header came with the message.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(
    r'([a-z]+)\.([a-z0-9._-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)', re.IGNORECASE
)
_MAX_HEADERS = 20
_MAX_CHARACTERS = 10_000


@dataclass(frozen=True)
class Result:
    """One method and its result: `dkim`, `pass`, and the domain that it is about."""

    method: str
    result: str
    domain: str = ""


def trusted_results(
    headers: tuple[tuple[str, str], ...], *, servers: Collection[str]
) -> list[Result]:
    """What a server named in `servers` (lower case) found, in its order; empty: nothing."""
    found: list[Result] = []
    has_begun = False
    for name, value in headers:
        if name == "authentication-results" and _server_of(value) in servers:
            has_begun = True
            found += _results_in(value)
        elif has_begun and name == "received":
            break
        if len(found) > _MAX_HEADERS:
            break
    return found


def _server_of(value: str) -> str:
    words = _without_comments(value).partition(";")[0].split()
    return words[0].lower() if words else ""


def _results_in(value: str) -> Iterator[Result]:
    for part in _without_comments(value).split(";")[1:]:
        match = _RESULT.match(part)
        if match:
            method = match[1].lower()
            yield Result(method, match[2].lower(), _domain_of(part, method=method))


_PROPERTIES = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.helo"),
}


def _domain_of(part: str, *, method: str) -> str:
    given = {
        f"{match[1]}.{match[2]}".lower(): match[3].strip('"') for match in _PROPERTY.finditer(part)
    }
    for name in _PROPERTIES.get(method, ()):
        if name in given:
            return given[name].rpartition("@")[2].rstrip(".").lower()
    return ""


def _without_comments(value: str) -> str:
    value = value[:_MAX_CHARACTERS]
    for _depth in range(5):
        shorter = _COMMENT.sub(" ", value)
        if shorter == value:
            break
        value = shorter
    return value
