"""Django's own mails (a new password) leave by the same way as ours, at once."""

from collections.abc import Sequence
from email.utils import make_msgid

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as DjangoMessage

from vitrine.channels.mail.deliver.connections import Refused
from vitrine.channels.mail.deliver.transport import Uncertain, hand_over, letter_of


class PromiseBackend(BaseEmailBackend):
    """Hands over what Django and allauth send; nothing of it is about a ticket."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        """How many recipients took their message. Raises Refused unless failing silently."""
        return sum(self._sent(message) for message in email_messages)

    def _sent(self, message: DjangoMessage) -> int:
        count = 0
        domain = settings.DESK_ADDRESS.rpartition("@")[2]
        for recipient in message.recipients():
            mail = message.message()
            del mail["Message-ID"]
            mail["Message-ID"] = make_msgid(domain=domain)
            mail["Auto-Submitted"] = "auto-generated"
            try:
                hand_over(letter_of(mail, to=recipient))
            except (Refused, Uncertain):
                if not self.fail_silently:
                    raise
            else:
                count += 1
        return count
