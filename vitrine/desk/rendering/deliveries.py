"""What became of a message that we sent, in words for the agent."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.correspondence.choices import FailureClass
from vitrine.correspondence.models import Promise
from vitrine.desk.rendering.moments import moment_words

_QUEUED = re.compile(r"^(?:(?P<server>[^\s:]+): )?.*?\bqueued as (?P<id>[\w.-]+)", re.IGNORECASE)

NEXT_STEPS: dict[str, object] = {
    FailureClass.NO_MAILBOX: gettext_lazy("Ask for another address."),
    FailureClass.NO_DOMAIN: gettext_lazy("Look whether the address is written correctly."),
    FailureClass.FULL: gettext_lazy("Try again later, or write to another address."),
    FailureClass.TOO_LARGE: gettext_lazy("Send it without its files."),
    FailureClass.SPAM: gettext_lazy("Ask the administrator, and answer by telephone meanwhile."),
    FailureClass.NOT_ALLOWED: gettext_lazy("Ask the administrator."),
}
"""What the agent does now; nothing where there is nothing special to do."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a sent message: a sentence, its icon and its tone.

    detail   the words of the other side, for those who want to know; blank: none
    """

    words: str
    icon: str
    tone: str = ""
    detail: str = ""


def failure_words(failure_class: str, *, said: str) -> str:
    """Why it was not delivered, as a part of a sentence; what was said when it has no class."""
    if failure_class and failure_class != FailureClass.OTHER:
        return str(FailureClass(failure_class).label)
    return said or str(FailureClass.OTHER.label)


def delivery_of(owed: Promise) -> Delivery:
    """Owed, waiting, sent with proof, come back, or failed, in words."""
    if owed.failed_at is not None:
        return _not_delivered(owed, said=owed.failure)
    if owed.failure_class:
        return _not_delivered(owed, said=owed.last_refusal)
    if owed.sent_at is not None:
        return Delivery(_proof_words(owed), icon="tick", tone="good")
    words = _("Leaves for %(address)s") % {"address": owed.to_address}
    if owed.attempts:
        words = _("Tried %(count)d times, next try at %(when)s, to %(address)s") % {
            "count": owed.attempts,
            "when": moment_words(owed.due_at),
            "address": owed.to_address,
        }
    elif owed.has_turn:
        words = _("Leaves for %(address)s at %(when)s, in its turn") % {
            "when": moment_words(owed.due_at),
            "address": owed.to_address,
        }
    return Delivery(words, icon="clock", detail=owed.last_refusal)


def _not_delivered(owed: Promise, *, said: str) -> Delivery:
    if owed.failure_class == FailureClass.UNCERTAIN:
        words = _(
            "It is not certain whether the message to %(address)s arrived. Ask the requester, "
            "or send it again."
        )
        told = words % {"address": owed.to_address}
        return Delivery(told, icon="triangle", tone="warn", detail=said)
    words = _("Could not be delivered to %(address)s: %(reason)s.") % {
        "address": owed.to_address,
        "reason": failure_words(owed.failure_class, said=said).rstrip("."),
    }
    if step := NEXT_STEPS.get(owed.failure_class):
        words = f"{words} {step}"
    detail = said if owed.failure_class not in ("", FailureClass.OTHER) else ""
    return Delivery(words, icon="circle-cross", tone="bad", detail=detail)


def _proof_words(owed: Promise) -> str:
    assert owed.sent_at is not None
    told = {"address": owed.to_address, "when": moment_words(owed.sent_at)}
    if match := _QUEUED.match(owed.proof):
        told |= {"server": match["server"] or _("our mail server"), "id": match["id"]}
        return _("Sent to %(address)s: taken by %(server)s as %(id)s, %(when)s") % told
    proof = owed.proof or _("accepted")
    return _("Sent to %(address)s at %(when)s: %(proof)s") % (told | {"proof": proof})
