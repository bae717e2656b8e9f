"""What arrives by mail: from the stored bytes to exactly one outcome."""

from vitrine.channels.mail.arrive.answering import may_acknowledge
from vitrine.channels.mail.arrive.attempts import handle_left_behind, handle_stored
from vitrine.channels.mail.arrive.handling import handle, is_ours

__all__ = ["handle", "handle_left_behind", "handle_stored", "is_ours", "may_acknowledge"]
