"""Plain text that is not quite plain: format=flowed (RFC 3676) and text/enriched (RFC 1896)."""

import re

_ENRICHED_TAG = re.compile(r"<(/?)([a-zA-Z0-9-]{1,60})>")
_NEWLINES = re.compile(r"\n+")


def flowed(text: str, *, deletes: bool) -> str:
    """Lines that end in a space go on in the next one of the same quote depth.

    `deletes`: the space itself is not part of the text (delsp=yes).
    """
    lines: list[list[str]] = []
    depth_before, goes_on = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if goes_on and depth == depth_before and content != "-- ":
            lines[-1].append(content)
        else:
            lines.append([f"{'>' * depth} " if depth else "", content])
        goes_on = content.endswith(" ") and content != "-- "
        if goes_on and deletes:
            lines[-1][-1] = content[:-1]
        depth_before = depth
    return "\n".join("".join(pieces) for pieces in lines)


def enriched(text: str) -> str:
    """text/enriched as text: commands go, `<<` is `<`, one line end of several goes."""
    shown: list[str] = []
    hidden, position = 0, 0
    text = text.replace("<<", "\x00")
    for match in _ENRICHED_TAG.finditer(text):
        if not hidden:
            shown.append(text[position : match.start()])
        position = match.end()
        if match[2].lower() == "param":
            hidden = max(0, hidden + (-1 if match[1] else 1))
    shown.append(text[position:] if not hidden else "")
    joined = "".join(shown).replace("\x00", "<")
    return _NEWLINES.sub(_one_end_less, joined)


def _one_end_less(ends: re.Match[str]) -> str:
    return "\n" * (len(ends[0]) - 1) or " "
