"""Which message of ours a report gives back."""

import re

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.headers import message_ids, split_headers
from vitrine.channels.mail.parse.structure import Part

_COPIED_ID = re.compile(r"^[ \t>|]*message-id:[ \t]*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_COPIES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers")
_READ = 256 * 1024


def returned_ids(parts: list[Part]) -> tuple[str, ...]:
    """The Message-IDs of the message that a report gives back, whole or its headers."""
    found: list[str] = []
    for part in parts:
        if part.content_type in _COPIES:
            headers, _body = split_headers(part.content()[:_READ])
            found += message_ids(headers.first("message-id"))
            found += message_ids(headers.first("references"))
        elif part.content_type.startswith("message/disposition-not"):
            headers, _body = split_headers(part.content()[:_READ])
            found += message_ids(headers.first("original-message-id"))
    if not found:
        text = "\n".join(
            decoded(part.content()[:_READ])
            for part in parts[:10]
            if part.content_type == "text/plain"
        )
        for line in _COPIED_ID.findall(text)[:10]:
            found += message_ids(line)
    return tuple(dict.fromkeys(found))
