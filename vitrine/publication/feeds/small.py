"""The state in one word for machines, and in one picture for people."""

from vitrine.publication import reading
from vitrine.publication.bulletin import Bulletin, Position
from vitrine.publication.events import canonical
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.icons import SHAPES
from vitrine.publication.pages.markup import tag

HEALTH = {
    Position.WORKS: "UP",
    Position.SLOWED: "DEGRADED",
    Position.INTERRUPTED: "DOWN",
}
"""The words of the Belgian REST guide."""
COLOURS = {Position.WORKS: "#1c6b3c", Position.SLOWED: "#8a5300", Position.INTERRUPTED: "#a3231f"}
"""White text on each reaches 4.5:1."""
LETTER = 7.1
"""Width of a letter of the badge, in pixels: generous, so that no word is cut."""
SHIELD_SECONDS = 300
"""Shields.io caches no shorter."""


def health(bulletin: Bulletin) -> bytes:
    """`health`, as application/health+json: the whole and each component."""
    found = sorted(bulletin.components, key=lambda each: (each.order, each.code))
    return canonical(
        {
            "status": HEALTH[bulletin.position],
            "version": str(bulletin.version),
            "details": {each.code: {"status": HEALTH[each.position]} for each in found},
        }
    )


def word_of(telling: Telling) -> str:
    """The position of the whole in two words."""
    bulletin = telling.bulletin
    worst = reading.worst_components(bulletin)
    if not worst:
        return spoken.step_word(bulletin.position, gettext=telling.gettext)
    key = reading.sentence_key(bulletin)
    reason = type(worst[0].sub_reason)(key.partition(".")[2])
    return spoken.position_word(bulletin.position, reason, gettext=telling.gettext)


def shields(telling: Telling) -> bytes:
    """`shields.json`: the endpoint badge of shields.io."""
    position = telling.bulletin.position
    return canonical(
        {
            "schemaVersion": 1,
            "label": telling.register,
            "message": word_of(telling),
            "color": COLOURS[position].removeprefix("#"),
            "isError": position is Position.INTERRUPTED,
            "cacheSeconds": SHIELD_SECONDS,
        }
    )


def badge(telling: Telling) -> bytes:
    """`badge.svg`: name, shape and word, in letters that everybody has."""
    name, word = telling.register, word_of(telling)
    left, right = round(len(name) * LETTER) + 14, round(len(word) * LETTER) + 34
    whole = f"{name}: {word}"
    outline, sign = SHAPES[telling.bulletin.position]
    stroke = {"fill": "none", "stroke": "#fff", "stroke_width": "3.4"}
    root = tag(
        "svg",
        tag("title", whole),
        tag("rect", width=str(left + right), height="24", rx="4", fill="#36424d"),
        tag("path", d=f"M{left} 0h{right - 4}a4 4 0 0 1 4 4v16a4 4 0 0 1-4 4H{left}Z",
            fill=COLOURS[telling.bulletin.position]),
        tag(
            "g",
            tag("path", d=outline, **stroke),
            tag("path", d=sign, **stroke),
            transform=f"translate({left + 7} 5) scale(.44)",
        ),
        tag(
            "g",
            tag("text", name, x="7", y="16.5"),
            tag("text", word, x=str(left + 27), y="16.5"),
            fill="#fff",
            font_family="Verdana,DejaVu Sans,sans-serif",
            font_size="12",
        ),
        xmlns="http://www.w3.org/2000/svg",
        width=str(left + right),
        height="24",
        role="img",
        aria_label=whole,
        lang=telling.language,
    )  # fmt: skip
    return f"{root}\n".encode()


def site_icon(position: Position) -> bytes:
    """`icon.svg`: the shape of the position, in the tab of the browser."""
    outline, sign = SHAPES[position]
    stroke = {"fill": "none", "stroke": COLOURS[position], "stroke_width": "3"}
    root = tag(
        "svg",
        tag("path", d=outline, **stroke),
        tag("path", d=sign, **stroke),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 32 32",
    )
    return f"{root}\n".encode()
