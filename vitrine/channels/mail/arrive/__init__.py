"""What arrives by mail: from the stored bytes to exactly one outcome."""

from vitrine.channels.mail.arrive.answering import may_acknowledge
from vitrine.channels.mail.arrive.attempts import handle_stored, left_behind
from vitrine.channels.mail.arrive.handling import handle, is_ours

__all__ = ["handle", "handle_stored", "is_ours", "left_behind", "may_acknowledge"]
