"""Transfer encodings undone: base64, quoted-printable, uuencode, also damaged ones."""

import binascii
import quopri
import re

MAX_UUENCODED = 100
_BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/=]")
_PADDING = re.compile(rb"=+")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s-]|[A-Za-z0-9] [A-Za-z0-9]")
_NOT_A_LETTER = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BASE64_LINES = re.compile(rb"\s*(?:[A-Za-z0-9+/]+={0,2}[ \t]*(?:\r?\n|\Z)\s*)++")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)


def transfer_decoded(raw: bytes, *, encoding: str, is_text: bool = False) -> bytes:
    """`raw` with its transfer encoding undone; an unknown one is left as it is.

    `is_text`: what says base64 but is plainly readable stays as it stands.
    """
    name = encoding.partition(";")[0].partition("(")[0].strip().strip("\"'").lower()
    if name in ("base64", "b", "base-64"):
        return _base64_text(raw) if is_text and _NOT_A_LETTER.search(raw) else base64_decoded(raw)
    if name in ("quoted-printable", "q", "quoted printable", "quotedprintable"):
        return quopri.decodestring(raw)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return next((content for _name, content, _span in uuencoded_files(raw)), raw)
    return raw


def _base64_text(raw: bytes) -> bytes:
    """Base64 up to the first line that is none: what a list added below stays as it stands."""
    if _is_mostly_letters(raw):
        return base64_decoded(raw)
    match = _BASE64_LINES.match(raw)
    first = match[0].split(maxsplit=1)[0] if match else b""
    if match is None or len(first) < 8 or len(first) % 4:
        return raw
    return base64_decoded(match[0]) + b"\n" + raw[match.end() :]


def _is_mostly_letters(raw: bytes) -> bool:
    """Whether this is base64 with some dirt in it, by its beginning and its end."""
    ends = (raw[:1000], raw[-1000:].strip())
    return all(len(_NO_BASE64.findall(end)) * 30 < len(end) for end in ends)


def base64_decoded(raw: bytes) -> bytes:
    """Base64 with whatever stands between its letters left out.

    Pieces that were encoded one by one are decoded one by one; a cut end is cut off.
    """
    tail = raw[-200:]
    if b"=" not in raw[:-200] and b"=" not in tail.rstrip(b"= \r\n\t"):
        try:
            return binascii.a2b_base64(raw)
        except binascii.Error:
            pass
    pieces = [piece for piece in _PADDING.split(_BASE64_JUNK.sub(b"", raw)) if piece]
    return b"".join(_piece(piece) for piece in pieces)


def _piece(letters: bytes) -> bytes:
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def uuencoded_files(raw: bytes) -> list[tuple[str, bytes, tuple[int, int]]]:
    """The uuencoded files in `raw`: name, bytes and the place where each stands."""
    files: list[tuple[str, bytes, tuple[int, int]]] = []
    position = 0
    while len(files) < MAX_UUENCODED and (match := _UU_BEGIN.search(raw, position)):
        stop = raw.find(b"\nend", match.end() - 1)
        if stop < 0:
            break
        content = b"".join(
            _uu_line(line) for line in raw[match.end() : stop].splitlines() if line.strip()
        )
        position = stop + 4
        name = match[1].decode("utf-8", "replace").strip()
        files.append((name, content, (match.start(), position)))
    return files


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        count = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:count])
        except binascii.Error:
            return b""
