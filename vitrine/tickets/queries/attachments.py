"""Files: which wait for the virus scanner, and which may be given out."""

from django.conf import settings
from django.utils.translation import gettext as _

from vitrine.tickets.models import Attachment


def files_to_scan(*, message_id: int | None, at_most: int) -> list[str]:
    """The contents without a verdict, newest first, each once."""
    waiting = Attachment.objects.filter(scanned_at=None).exclude(sha256="")
    if message_id is not None:
        waiting = waiting.filter(message=message_id)
    newest = waiting.order_by("-id").values_list("sha256", flat=True)[:at_most]
    return list(dict.fromkeys(newest))


def why_withheld(attachment: Attachment) -> str:
    """Why the bytes are not given out, a sentence; blank when they are."""
    if attachment.infection:
        return _("Infected with %(virus)s: it stays locked away.") % {"virus": attachment.infection}
    if attachment.refused or not attachment.sha256:
        return _(attachment.refused) if attachment.refused else _("It is not here.")
    if settings.VIRUS_SCANNER and attachment.scanned_at is None:
        return _("Not yet looked at by the virus scanner; this page will give it out then.")
    return ""
