"""The envelope of a message that lies in a mailbox, as far as its headers still tell it. Pure."""

import re
from email.utils import parseaddr

_HEADER_BYTES = 256 * 1024
_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_TO = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to")


def envelope_of(raw: bytes, *, mailbox: str) -> tuple[str, tuple[str, ...]]:
    """Sender and recipients of the envelope.

    The sender is that of Return-Path (blank for `<>`: a report), else of From, because a
    server that kept no envelope has not said that there was none. The recipients are those
    that the servers on the way wrote down, else `mailbox` when it is an address.
    """
    headers = _headers(raw[:_HEADER_BYTES])
    path = headers.get(b"return-path")
    sender = _address((path or headers.get(b"from") or [b""])[0])
    found = (_address(value) for name in _TO for value in headers.get(name, ()))
    to = tuple(dict.fromkeys(address for address in found if address))
    return sender, to or ((mailbox,) if "@" in mailbox else ())


def headers_of(raw: bytes) -> bytes:
    """The headers of a message with the blank line after them; at most 256 KiB."""
    head = raw[:_HEADER_BYTES]
    end = _END.search(head)
    return head[: end.end()] if end else head


def header_of(raw: bytes, *, name: bytes) -> str:
    """The first header called `name` (in lower case), unfolded; blank: there is none."""
    found = _headers(raw[:_HEADER_BYTES]).get(name)
    return found[0].decode("utf-8", "replace") if found else ""


def _headers(head: bytes) -> dict[bytes, list[bytes]]:
    end = _END.search(head)
    lines = _FOLD.sub(b" ", head[: end.start()] if end else head).splitlines()
    found: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _address(value: bytes) -> str:
    text = value.decode("utf-8", "replace").strip()
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1].strip()
    return parseaddr(text)[1]
