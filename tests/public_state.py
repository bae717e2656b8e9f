"""A small register whose state is public: where tests of the chain begin."""

from datetime import UTC, datetime

from tests.keys import a_change
from vitrine.publication.replay import apply, next_event

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SENTENCES = ("works", "slowed.slow", "slowed.partial", "interrupted", "overrun")


def said(text):
    """`text` in all four languages, told apart."""
    return {language: f"{text} {language}" for language in ("fr", "nl", "de", "en")}


FIRST_BODY = {
    "components": [
        {"code": "core", "names": said("Register"), "order": 0},
        {"code": "photos", "names": said("Photos"), "order": 1},
    ],
    "register_names": said("National Register"),
    "sentences": {key: said(key) for key in SENTENCES},
    "desk": {"phone": "+32 2 518 00 00", "mail": "desk@register.example"},
}


def first_event(*, at=BEGIN, actor="ana@centre.example"):
    """The event that lays the register down."""
    return next_event(None, a_change("components", FIRST_BODY, at=at, actor=actor), at=at)


def first(*, at=BEGIN):
    """The first bulletin: two components, both working."""
    return apply(None, first_event(at=at))
