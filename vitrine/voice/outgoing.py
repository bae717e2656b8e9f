"""Which numbers may be called: this country and its neighbours in the Union, nothing that costs.

A telephone that dials what callers key in is a way to steal money: premium numbers, and countries
with which nobody here speaks, are never dialled, whatever an agent or a caller asks for.
"""

import re

COUNTRIES = (
    *("30", "31", "32", "33", "34", "350", "351", "352", "353", "354", "356", "357", "358"),
    *("359", "36", "370", "371", "372", "385", "386", "39", "40", "41", "420", "421", "423"),
    *("43", "44", "45", "46", "47", "48", "49"),
)
"""Codes of the European Union, the European Economic Area, Switzerland and the United Kingdom."""
PREMIUM = (
    "+3290", "+3270", "+33891", "+33892", "+33897", "+33898", "+33899", "+31900", "+31906",
    "+31909", "+49900", "+49137", "+49180", "+44871", "+44872", "+44873", "+449", "+352901",
    "+352905", "+35215",
)  # fmt: skip
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def may_dial(number: str) -> bool:
    """Whether `number` (E.164) may be called; short numbers, those of emergencies too, may not."""
    if not _E164.fullmatch(number) or number.startswith(PREMIUM):
        return False
    return any(number.startswith(f"+{code}") for code in COUNTRIES)
