"""A small register whose state is public: where tests of the chain begin."""

from datetime import UTC, datetime, timedelta

from tests.keys import a_change, as_json
from vitrine.publication.proof import check_proof
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


def first_event(*, at=BEGIN, actor="editor-1"):
    """The event that lays the register down."""
    return next_event(None, a_change("components", FIRST_BODY, at=at, actor=actor), at=at)


def first(*, at=BEGIN):
    """The first bulletin: two components, both working."""
    return apply(None, first_event(at=at))


def signed_history(length, *, key, at=BEGIN, rp_id="localhost", origin="http://localhost"):
    """(event, bulletin) of versions 1 to `length`: the first by the machine, the rest signed."""
    event = first_event(at=at)
    state = apply(None, event)
    told = [(event, state)]
    for number in range(1, length):
        at = state.published_at + timedelta(minutes=1)
        position = "interrupted" if number % 2 else "works"
        body = {"components": {"core": {"position": position, "sub_reason": ""}}}
        event = signed_event(state, body, key=key, at=at, rp_id=rp_id, origin=origin)
        state = apply(state, event)
        told.append((event, state))
    return told


def signed_event(state, body, *, key, at, rp_id="localhost", origin="http://localhost"):
    """The event of a position that `key` has confirmed."""
    change = a_change("position", body, after=state, at=at, actor=key.owner)
    proven = check_proof(
        as_json(change),
        key.sign(as_json(change), rp_id=rp_id, origin=origin),
        key=key.enrolled(),
        rp_id=rp_id,
        origins=[origin],
        at=at,
    )
    return next_event(state, change, at=at, proof=proven.proof)
