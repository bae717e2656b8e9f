"""Which numbers we call: at home and in Europe, never a number that costs the house money.

Whoever calls in can make us call a number, so the list is of what may be called, not of what may
not (toll fraud).
"""

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


def may_be_called(number: str) -> bool:
    """Whether we call `number`, in E.164; blank or withheld: no."""
    if not number.startswith("+"):
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


def keyed_number(keyed: str) -> str:
    """The number that somebody keyed in, in E.164; blank when there is none like that."""
    return normalise(keyed) or ""
