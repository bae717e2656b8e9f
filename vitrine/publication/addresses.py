"""Where each thing stands below the root of the site."""

import re


def file_name(code: str) -> str:
    """A code as the name of a file: letters, digits, dot, hyphen; never hidden, never empty."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", code).lstrip(".")[:120] or "-"


def interruption_page(code: str) -> str:
    """Of one interruption, below a language."""
    return f"interruption/{file_name(code)}.html"


def maintenance_calendar(uid: str) -> str:
    """The calendar entry of one maintenance, below a language."""
    return f"maintenance/{file_name(uid)}.ics"
