"""Whether a message comes from whom it says, in a sentence for the agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

_VERDICTS: dict[str, "tuple[str | LazyText, str, str]"] = {
    "proven": (_("The signature of %(domain)s is valid."), "shield", "good"),
    "refuted": (
        _(
            "This does not come from %(domain)s: the domain says so. Trust nothing in it, and "
            "ask by telephone."
        ),
        "triangle",
        "bad",
    ),
    "unproven": (_("It is not proven that this comes from %(domain)s."), "triangle", "warn"),
}
_DOUBTS: dict[str, "str | LazyText"] = {
    "name_is_address": _("The name shows the address %(seen)s, but it was sent from %(domain)s."),
    "name_is_office": _("The name is “%(seen)s”, but %(domain)s does not belong to this office."),
    "reply_elsewhere": _("The sender wants answers at %(seen)s. Vitrine writes to the sender."),
    "sent_by_other": _("It was sent by a server for %(seen)s, not for %(domain)s."),
    "two_senders": _("It names several senders: other programs may show another one."),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a message, with its icon and tone."""

    words: str
    icon: str
    tone: str


def remarks_on(authenticity: Mapping[str, object]) -> list[Remark]:
    """The sentences for what the arrival keeps; none when nothing was found out."""
    domain = str(authenticity.get("domain", ""))
    found: list[Remark] = []
    if verdict := _VERDICTS.get(str(authenticity.get("verdict", ""))):
        words, icon, tone = verdict
        found.append(Remark(str(words) % {"domain": domain}, icon, tone))
    doubts = authenticity.get("doubts")
    for doubt, seen in doubts if isinstance(doubts, list) else []:
        if words := _DOUBTS.get(doubt, ""):
            told = str(words) % {"domain": domain, "seen": seen}
            found.append(Remark(told, "triangle", "warn"))
    return found
