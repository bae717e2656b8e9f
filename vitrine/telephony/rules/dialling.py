"""Which numbers we call: at home and in Europe, never a number that costs the house money.

Whoever calls in can make us call a number, so the list is of what may be called, not of what may
not (toll fraud).
"""

import re
from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberType

from vitrine.kernel.phone_numbers import normalise
from vitrine.telephony.rules.phrases.tongue import words

REGIONS = frozenset(
    words(
        "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE "
        "SI SK"
    )
)
"""Belgium, the European Union, its economic area, and the two neighbours beside it."""
ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
    }
)
"""No premium, no shared cost, no personal number, no pager, no free number either: nobody is
called back there."""


_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")


def is_prefix(written: str) -> bool:
    """Whether numbers can begin so: `+32`, `+3225550`."""
    return _PREFIX.fullmatch(written) is not None


def may_be_called(number: str, *, prefixes: Collection[str] = ()) -> bool:
    """Whether we call `number`, in E.164; blank or withheld: no.

    prefixes  only numbers that begin with one of these; empty: any of REGIONS. They never open what
              is closed to everybody: a number that costs, another part of the world.
    """
    if not number.startswith("+") or not (not prefixes or number.startswith(tuple(prefixes))):
        return False
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number(parsed)
        and phonenumbers.region_code_for_number(parsed) in REGIONS
        and phonenumbers.number_type(parsed) in ORDINARY
    )


_DESK_ADDRESS = re.compile(r"sip:(?P<name>[\w.+-]{1,40})@(?P<host>[\w.-]{1,80})(:[0-9]{1,5})?")
_OF_THE_NETWORK = re.compile(r"\+.*|[0-9]{7,}")


def is_desk_address(address: str) -> bool:
    """Whether a telephone on a desk can stand there: `sip:mia@10.0.0.5:5060`, `sip:204@pbx`.

    A name that is a number of the public network is none: some exchange might call it for us, past
    everything that is said here about where we call.
    """
    match = _DESK_ADDRESS.fullmatch(address)
    return match is not None and not _OF_THE_NETWORK.fullmatch(match["name"])


def keyed_number(keyed: str) -> str:
    """The number that somebody keyed in, in E.164; blank when there is none like that."""
    return normalise(keyed) or ""
