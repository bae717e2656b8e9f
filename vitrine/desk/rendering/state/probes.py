"""What probes saw, in words."""

from django.utils.translation import gettext as _

from vitrine.desk.rendering.state.words import moment_words
from vitrine.status.models import ProbeResult


def fault_words(fault: str, *, detail: str = "") -> str:
    """What went wrong; blank for nothing."""
    words = {
        "": "",
        "refused": _("no connection"),
        "slow": _("no answer in time"),
        "unknown": _("no such name"),
        "status": _("answers with an error"),
        "text": _("the expected text is missing"),
        "certificate": _("the certificate is not valid"),
        "expires": _("the certificate expires too soon"),
        "forbidden": _("outside the allowed networks"),
    }.get(fault, fault)
    return f"{words} ({detail})" if detail and words else words


def look_words(result: ProbeResult | None) -> str:
    """The last look: what it saw, when, and how long it took."""
    if result is None:
        return _("not yet asked")
    words = fault_words(result.fault, detail=result.detail) or _("answers")
    return f"{words} · {round(result.milliseconds)} ms · {moment_words(result.at)}"
