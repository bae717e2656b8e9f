"""The header block: lines, encoded words (RFC 2047), parameters (RFC 2231), ids."""

import binascii
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.kernel.text import without_controls

MAX_HEADER_BYTES = 64 * 1024
"""Of one header; what is longer is cut."""
MAX_HEADERS = 1000
MAX_BLOCK_BYTES = 2 * 2**20
"""Of all headers together; what is beyond is read as body."""

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_MORE = re.compile(rb"[ \t]+[^ \t\r\n]|[!-9;-~]{1,200}[ \t]*:")
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_ENCODED_WORD = re.compile(
    r"=\?([\w.:*+ -]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000}+)(?:\?=|\s*\Z)", re.DOTALL
)
_WHOLE_WORD = re.compile(r"\s*=\?[\w.:*+-]{1,60}\?[bBqQ]\?[^?\s]{1,2000}\?=\s*")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>]{1,990})>")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True)
class Headers:
    """The headers of a message or part: names in lower case, values as raw text."""

    lines: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """The first value of `name` (lower case), unfolded, not decoded; blank if absent."""
        return self._firsts.get(name, "")

    @cached_property
    def _firsts(self) -> dict[str, str]:
        return dict(reversed(self.lines))

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
        if not line or (not line.strip(b" \t") and not _goes_on(raw, position=next_line, end=end)):
            return _headers(lines), next_line
        if line[:1] in b" \t" and lines:
            lines[-1][1].append(line)
        elif name := _NAME.match(line):
            lines.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
        elif not _NAME.match(raw, next_line, end):
            return _headers(lines), position
        position = next_line
    return _headers(lines), position


def _goes_on(raw: bytes, *, position: int, end: int) -> bool:
    """Whether the header goes on behind a line of nothing but white space."""
    return bool(_MORE.match(raw, position, end))


def _after_envelope_line(raw: bytes, *, start: int, end: int) -> int:
    """Past empty lines and an mbox line (`From ...`, also `>From ...`) before the headers."""
    position = start
    while start == 0 and position < min(end, 64) and raw[position : position + 1] in b"\r\n":
        position += 1  # before a part, an empty line says that it has no headers
    if raw[position : position + 6].lstrip(b">").startswith(b"From "):
        stop = raw.find(b"\n", position, end)
        position = end if stop < 0 else stop + 1
    return position if position < end else start


def _headers(lines: list[tuple[str, list[bytes]]]) -> Headers:
    kept = []
    charset = None
    for name, pieces in lines:
        joined = b" ".join(pieces)[:MAX_HEADER_BYTES]
        if joined.isascii():
            value = joined.decode("ascii")
        else:
            charset = _charset_of_body(lines) if charset is None else charset
            value = decoded(joined, charset=charset)
        kept.append((name, _FOLD.sub(" ", value).strip()))
    return Headers(tuple(kept))


def _charset_of_body(lines: list[tuple[str, list[bytes]]]) -> str:
    """What the body is written in: headers of old programs without any charset are too."""
    for name, pieces in lines:
        if name == "content-type" and (found := _CHARSET.search(b" ".join(pieces)[:2000])):
            return found[1].decode("ascii", "replace")
    return ""


def words(value: str) -> str:
    """A header's text with its encoded words decoded, safe to store, on one line."""
    if "=?" not in value and _PLAIN.fullmatch(value):
        return value
    text = _encoded_words(value)
    if _WHOLE_WORD.fullmatch(text):
        text = _encoded_words(text)  # a program encoded what was encoded already
    return _WHITE.sub(" ", without_controls(text)).strip()


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
