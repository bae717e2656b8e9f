"""Bytes to text, whatever the sender says about them."""

import codecs
import re

_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "windows-874": "cp874",
}
_TEXT_CODEC = re.compile(
    r"utf|iso|latin|cp-?\d|windows|koi8|mac|shift|euc|big5|gb|hz|johab|tis|ptcp|us-?ascii|ascii|ibm|\d"
)
_HIDDEN_IN_ASCII = ("utf-7", "unicode-1-1-utf-7", "x-unicode-1-1-utf-7", "hz", "hz-gb-2312")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B(]")
_SURROGATE = re.compile("[\udc80-\udcff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ONE_BYTE = re.compile(r"cp125\d|iso8859|latin|mac|cp437|cp85\d|koi8|cp866|ascii")


def decoded(content: bytes, *, charset: str = "") -> str:
    """`content` as text. The charset that was declared is a hint, the bytes decide.

    An unknown or absent charset, one that does not fit, or a one-byte charset that is
    really UTF-8, is found out from the bytes; nothing is ever refused.
    """
    if _is_plainly_ascii(content) and charset.strip("\"' ").lower() not in _HIDDEN_IN_ASCII:
        return content.decode("ascii")
    codec = _codec(charset)
    if _JAPANESE_ESCAPE.search(content[:4096]) and codec in (None, "ascii", "utf-8", "cp1252"):
        codec = "iso2022_jp_ext"
    for mark, found in _BOMS:
        codec = found if content.startswith(mark) else codec
    return _by_bytes(content, codec=_without_wide(content, codec=codec))


def _is_plainly_ascii(content: bytes) -> bool:
    return content.isascii() and b"\x1b" not in content and b"\x00" not in content


def _without_wide(content: bytes, *, codec: str | None) -> str | None:
    """`codec`, corrected where zeros say that it is UTF-16, or their absence that it is not."""
    head = content[:2000]
    if codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        return codec if b"\x00" in head or not head.isascii() else None
    if codec in (None, "ascii", "utf-8", "cp1252") and head.count(0) * 3 > len(head) > 3:
        return "utf-16-be" if head[0:1] == b"\x00" else "utf-16-le"
    return codec


def _by_bytes(content: bytes, *, codec: str | None) -> str:
    """The first of the codecs that fits; else UTF-8 or Windows, whichever is nearer."""
    unsure = codec in (None, "ascii", "utf-8") or bool(_ONE_BYTE.match(codec or ""))
    for attempt in ("utf-8", codec) if unsure else (codec, "utf-8"):
        try:
            if attempt not in (None, "cp1252", "ascii"):
                return content.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    if unsure:
        return _nearest(content)
    try:
        return content.decode(codec or "cp1252", "replace")
    except (UnicodeError, LookupError, ValueError):
        return content.decode("latin-1")


def _nearest(content: bytes) -> str:
    """UTF-8 with a few foreign bytes in it, or Windows-1252, whose gaps are read as Latin-1."""
    text = content.decode("utf-8", "surrogateescape")
    foreign = len(_SURROGATE.findall(text))
    letters = sum(1 for sign in text if sign > "\x7f") - foreign
    if letters < foreign * 2:
        text = content.decode("ascii", "surrogateescape")
    return _SURROGATE.sub(lambda match: _windows(ord(match[0]) - 0xDC00), text)


def _windows(byte: int) -> str:
    return bytes((byte,)).decode("cp1252", "ignore") or chr(byte)


def _codec(charset: str) -> str | None:
    """Python's name for a declared charset; None when it is absent, unknown or no charset."""
    name = charset.strip().strip("\"'").lower().partition("*")[0].partition(";")[0].strip()
    name = _ALIASES.get(name, _ALIASES.get(name.removeprefix("x-"), name))
    if not name or len(name) > 40 or not _TEXT_CODEC.match(name.removeprefix("x-")):
        return None
    for attempt in (name, name.replace("cp-", "cp").replace(" ", "-").replace("ibm-", "cp")):
        try:
            found = codecs.lookup(attempt).name
        except (LookupError, ValueError):
            continue
        return {"iso8859-1": "cp1252"}.get(found, found)
    return None
