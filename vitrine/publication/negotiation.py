"""What a reader wants: which language, and in which encoding."""

from vitrine.publication.words import LANGUAGES

ENCODINGS = (b"br", b"gzip")
"""Ours, the smallest first."""


def qualities(header: str) -> dict[str, float]:
    """The members of an Accept-... header in small letters, with their q from 0 to 1.

    What is malformed counts as not wanted; no more than 32 members are read.
    """
    found: dict[str, float] = {}
    for member in header.split(",")[:32]:
        name, _semicolon, rest = member.partition(";")
        quality = 1.0
        for parameter in rest.split(";"):
            key, _equals, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if name.strip():
            found.setdefault(name.strip().lower(), quality if quality == quality else 0.0)
    return found


def encodings(header: bytes) -> tuple[bytes, ...]:
    """In which encodings to look for a file, the best first; identity last, and always.

    A reader that refuses even identity gets it all the same: a state is better than a 406.
    """
    wanted = qualities(header.decode("latin-1"))
    rest = wanted.get("*", 0.0)
    kept = [each for each in ENCODINGS if wanted.get(each.decode(), rest) > 0]
    kept.sort(key=lambda each: -wanted.get(each.decode(), rest))
    plain = wanted.get("identity", 0.0)
    best = [each for each in kept if wanted.get(each.decode(), rest) >= plain]
    return (*best, b"identity", *(each for each in kept if each not in best))


def language_of(header: str, *, otherwise: str) -> str:
    """The language that a reader prefers among ours; `nl-BE` is `nl`, `be` is none of ours."""
    best, best_quality = otherwise, 0.0
    for tag, quality in qualities(header).items():
        primary = tag.replace("_", "-").split("-")[0]
        if primary in LANGUAGES and quality > best_quality:
            best, best_quality = primary, quality
    return best
