"""The header block: lines, encoded words (RFC 2047), parameters (RFC 2231), dates, ids."""

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.kernel.text import without_controls

MAX_HEADER_BYTES = 64 * 1024
"""Of one header; what is longer is cut."""
MAX_HEADERS = 1000
MAX_BLOCK_BYTES = 2 * 2**20
"""Of all headers together; what is beyond is read as body."""

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_ENCODED_WORD = re.compile(
    r"=\?([\w.:*+-]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?=", re.DOTALL
)
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>]{1,990})>")
_WHITE = re.compile(r"\s+")
_ZONE_COMMENT = re.compile(r"\([^()]*\)")
_DAY_FIRST = re.compile(
    r"(\d{1,2})[ \-]([A-Za-z]{3})[a-z]*[ \-](\d{2,4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"\s*([+-]\d{4})?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True)
class Headers:
    """The headers of a message or part: names in lower case, values as raw text."""

    lines: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """The first value of `name` (lower case), unfolded, not decoded; blank if absent."""
        return next((value for key, value in self.lines if key == name), "")

    def every(self, name: str) -> list[str]:
        """Every value of `name`, unfolded, not decoded."""
        return [value for key, value in self.lines if key == name]


def split_headers(raw: bytes, *, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The headers of `raw[start:end]` and where the body begins.

    A line that is no header is passed over when a header follows it, else the body
    begins there; so does a message without any header.
    """
    end = min(len(raw) if end is None else end, start + MAX_BLOCK_BYTES)
    lines: list[tuple[str, list[bytes]]] = []
    position = _after_envelope_line(raw, start=start, end=end)
    while position < end and len(lines) < MAX_HEADERS:
        stop = raw.find(b"\n", position, end)
        next_line = end if stop < 0 else stop + 1
        line = raw[position:next_line].rstrip(b"\r\n")
        if not line.strip(b" \t"):
            return _headers(lines), next_line
        if line[:1] in b" \t" and lines:
            lines[-1][1].append(line)
        elif name := _NAME.match(line):
            lines.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
        elif not _NAME.match(raw, next_line, end):
            return _headers(lines), position
        position = next_line
    return _headers(lines), position


def _after_envelope_line(raw: bytes, *, start: int, end: int) -> int:
    """Past empty lines and an mbox line (`From ...`, also `>From ...`) before the headers."""
    position = start
    while position < min(end, start + 64) and raw[position : position + 1] in b"\r\n":
        position += 1
    if raw[position : position + 6].lstrip(b">").startswith(b"From "):
        stop = raw.find(b"\n", position, end)
        position = end if stop < 0 else stop + 1
    return position if position < end else start


def _headers(lines: list[tuple[str, list[bytes]]]) -> Headers:
    kept = []
    for name, pieces in lines:
        value = decoded(b"\n".join(pieces)[:MAX_HEADER_BYTES])
        kept.append((name, _FOLD.sub(" ", value).strip()))
    return Headers(tuple(kept))


def words(value: str) -> str:
    """A header's text with its encoded words decoded, safe to store, on one line."""
    return _WHITE.sub(" ", without_controls(_encoded_words(value))).strip()


def _encoded_words(value: str) -> str:
    """Neighbouring words of one charset are joined before they are decoded."""
    parts: list[str] = []
    pending, charset, shown = b"", "", 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[shown : match.start()]
        if between.strip() or match[1].lower() != charset.lower():
            parts.append(decoded(pending, charset=charset))
            pending = b""
            if between.strip() or shown == 0:
                parts.append(between)
        charset = match[1]
        pending += _word_bytes(match[3], encoding=match[2])
        shown = match.end()
    return "".join([*parts, decoded(pending, charset=charset), value[shown:]])


def _word_bytes(text: str, *, encoding: str) -> bytes:
    if encoding in "bB":
        letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
        letters = letters[:-1] if len(letters) % 4 == 1 else letters
        try:
            return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
        except binascii.Error:
            return text.encode("utf-8", "replace")
    readable = text.replace("_", " ").encode("utf-8", "surrogateescape").decode("latin-1")
    return _HEX.sub(lambda match: chr(int(match[1], 16)), readable).encode("latin-1", "replace")


def value_and_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` as its value in lower case and its parameters, decoded.

    Continuations (`name*0=`), charsets (`name*=utf-8''...`) and encoded words are understood.
    """
    head, _semicolon, _rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value[len(head) :][:MAX_HEADER_BYTES]):
        name, text = match[1].lower(), _unquoted(match[2].strip())
        base, star, index = name.partition("*")
        if not star:
            plain.setdefault(name, words(text))
            continue
        number = int(index.rstrip("*")) if index.rstrip("*").isdecimal() else 0
        pieces.setdefault(base, {})[number] = (text, name.endswith("*"))
    for base, numbered in pieces.items():
        plain[base] = words(_joined([numbered[number] for number in sorted(numbered)]))
    return head.strip().strip('"').lower(), plain


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:]
    return re.sub(r"\\(.)", r"\1", inner) if '\\"' in inner or "\\\\" in inner else inner


def _joined(pieces: list[tuple[str, bool]]) -> str:
    charset, content = "", b""
    for number, (text, is_encoded) in enumerate(pieces):
        if number == 0 and is_encoded and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "replace")
        content += unquote_to_bytes(raw) if is_encoded else raw
    return decoded(content, charset=charset)


def message_ids(value: str) -> tuple[str, ...]:
    """Every Message-ID in `value` with its angle brackets, at most the last 100."""
    found = [f"<{_WHITE.sub('', inner)}>" for inner in _MESSAGE_ID.findall(value)]
    if not found and "@" in value:
        found = [f"<{word.strip('<>,;')}>" for word in value.split() if "@" in word]
    return tuple(without_controls(each) for each in found[-100:])


def date(value: str) -> datetime | None:
    """The instant of a Date header, aware; a missing zone counts as UTC; None: no date."""
    text = _WHITE.sub(" ", words(value))[:120]
    for attempt in (text, _ZONE_COMMENT.sub("", text)):
        try:
            found = parsedate_to_datetime(attempt)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return _loose_date(text)


def _loose_date(text: str) -> datetime | None:
    match = _DAY_FIRST.search(text)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    month = _MONTHS.index(match[2].lower()) + 1
    zone = match[7] or "+0000"
    stamp = f"{year:04}-{month:02}-{int(match[1]):02} {int(match[4]):02}:{match[5]} {zone}"
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M %z")
    except ValueError:
        return None
