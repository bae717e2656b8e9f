"""Which language and which encoding a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrine.publication.negotiation import encodings, language_of
from vitrine.publication.words import LANGUAGES


@pytest.mark.parametrize(
    ("header", "first"),
    [
        (b"gzip, deflate, br, zstd", b"br"),
        (b"gzip", b"gzip"),
        (b"br;q=0.1, gzip;q=0.9", b"gzip"),
        (b"br;q=0, gzip;q=0", b"identity"),
        (b"", b"identity"),
        (b"identity", b"identity"),
        (b"*", b"br"),
        (b"*;q=0, gzip;q=0.5", b"gzip"),
        (b"GZIP;Q=0.5", b"gzip"),
        (b"gzip;q=0.2, identity;q=0.9", b"identity"),
        (b"gzip;q=nan", b"identity"),
        (b"gzip;q=high", b"identity"),
        (b"\xff\xfe", b"identity"),
    ],
)
def test_the_smallest_encoding_that_the_reader_accepts_comes_first(header, first):
    assert encodings(header)[0] == first
    assert b"identity" in encodings(header)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl-BE,nl;q=0.9", "nl"),
        ("fr;q=0.2, de-BE;q=0.7", "de"),
        ("be", "fr"),
        ("en;q=0", "fr"),
        ("ja,*;q=0.1", "fr"),
        ("DE", "de"),
        ("nl_BE", "nl"),
        ("," * 100_000 + "de", "fr"),
    ],
)
def test_the_language_is_one_of_ours(header, language):
    assert language_of(header, otherwise="fr") == language


@given(st.text(max_size=200), st.binary(max_size=200))
def test_no_header_is_too_strange(text, octets):
    assert language_of(text, otherwise="fr") in LANGUAGES
    assert b"identity" in encodings(octets)
