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
    r"utf|iso|latin|cp\d|windows|koi8|mac|shift|euc|big5|gb|hz|johab|tis|ptcp|us-?ascii|ascii|\d"
)
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B(]")


def decoded(content: bytes, *, charset: str = "") -> str:
    """`content` as text. The charset that was declared is a hint, the bytes decide.

    An unknown or absent charset, one that does not fit, or Latin-1 that is really
    UTF-8, is found out from the bytes; nothing is ever refused.
    """
    codec = _codec(charset)
    if _JAPANESE_ESCAPE.search(content[:4096]) and codec in (None, "ascii", "utf-8", "cp1252"):
        codec = "iso2022_jp_ext"
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-8-sig" if content[:1] == b"\xef" else "utf-16"
    for attempt in _attempts(codec):
        try:
            return content.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    try:
        return content.decode(codec or "cp1252", "replace")
    except (UnicodeError, LookupError, ValueError):
        return content.decode("latin-1")


def _attempts(codec: str | None) -> tuple[str, ...]:
    """Which codecs to try strictly, in order."""
    if codec in (None, "ascii", "cp1252", "utf-8"):
        return ("utf-8", "cp1252")
    return (codec,)


def _codec(charset: str) -> str | None:
    """Python's name for a declared charset; None when it is absent, unknown or no charset."""
    name = charset.strip().strip("\"'").lower().partition("*")[0]
    name = _ALIASES.get(name, _ALIASES.get(name.removeprefix("x-"), name))
    if not name or len(name) > 40 or not _TEXT_CODEC.match(name.removeprefix("x-")):
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return {"iso8859-1": "cp1252"}.get(found, found)
