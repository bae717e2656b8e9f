"""Address lists as people and programs write them: groups, comments, missing brackets."""

import re

from vitrine.channels.mail.parse.headers import MAX_HEADER_BYTES, words
from vitrine.channels.mail.parse.parsed import Address

MAX_ADDRESSES = 2000
_BARE = re.compile(r"[^\s<>()\[\]\",;:]+@[^\s<>()\",;:]+")
_ROUTE = re.compile(r"^(@[^:]*:)+")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;:])|(\()|([^"<,;:(]+)|(.)', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_SPACE = re.compile(r"\s+")
_USABLE = re.compile(r"[^\s@<>()\[\]\",;:\x00-\x1f\x7f][^\s<>()\",;\x00-\x1f\x7f]{0,190}@[^\s@]+")


def addresses(value: str) -> tuple[Address, ...]:
    """Every usable address in `value`; the name of a group is left out."""
    found: list[Address] = []
    entry = _Entry()
    position, value = 0, value[:MAX_HEADER_BYTES]
    while position < len(value) and len(found) < MAX_ADDRESSES:
        match = _TOKEN.match(value, position)
        if match is None:
            break
        position = match.end()
        if match[4]:
            comment, position = _comment(value, position=position)
            entry.comments.append(comment)
        elif match[3]:
            if match[3] == ":" and not entry.address and "@" not in "".join(entry.words):
                entry = _Entry()  # the name of a group
                continue
            found += entry.finished()
            entry = _Entry()
        else:
            entry.take(match)
    return (*found, *entry.finished())


class _Entry:
    """One address while it is being read."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.address = ""

    def take(self, match: re.Match[str]) -> None:
        """Add a quoted text, an address in angle brackets or bare words."""
        if match[2] is not None and not self.address:
            self.address = match[2].strip()
        elif match[1] is not None:
            quoted = re.sub(r"\\(.)", r"\1", match[1])
            self.words.append(quoted)
        else:
            self.words.append(match[5] or match[6] or "")

    def finished(self) -> list[Address]:
        """The address read so far, or none."""
        name = " ".join(word.strip() for word in self.words if word.strip())
        address = self.address
        if "@" not in address and (bare := _BARE.search(name)):
            address = bare[0]
            name = name.replace(address, " ", 1)
        made = usable(address)
        if made is None:
            return []
        shown = words(name).strip(" '\"") or words(" ".join(self.comments))
        return [Address(shown[:200], made)]


def usable(address: str) -> str | None:
    """`address` without route and spaces, its domain in lower case; None: nobody can be reached."""
    plain = _SPACE.sub("", _COMMENT.sub("", words(address).strip().removeprefix("mailto:")))
    made = _ROUTE.sub("", plain).rstrip(".")
    local, _at, domain = made.rpartition("@")
    made = f"{local.strip().strip(chr(34))}@{domain.strip().lower()}"
    return made if _USABLE.fullmatch(made) and len(made) <= 254 else None


def _comment(value: str, *, position: int) -> tuple[str, int]:
    """The text of a comment that opened before `position`, and where it ends."""
    depth, begin = 1, position
    while position < len(value):
        sign = value[position]
        position += 2 if sign == "\\" else 1
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return value[begin : position - 1], position
    return value[begin:], len(value)
