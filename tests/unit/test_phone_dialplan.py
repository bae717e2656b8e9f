"""The numbers that Asterisk knows by itself, as providers write them."""

import pytest

from vitrine.voice.asterisk.dialplan import ways_to_write


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        ("", []),
        ("+3225550199", ["+3225550199", "3225550199", "003225550199", "025550199"]),
        ("+4930123456", ["+4930123456", "4930123456", "004930123456"]),
        ("199", ["199"]),
    ],
)
def test_our_fax_number_is_known_however_the_provider_writes_it(number, ways):
    assert ways_to_write(number) == ways
