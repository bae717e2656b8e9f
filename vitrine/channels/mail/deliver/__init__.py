"""What leaves by mail: promises composed, handed over once, recorded."""

from vitrine.channels.mail.deliver.compose import composed
from vitrine.channels.mail.deliver.connections import Refused
from vitrine.channels.mail.deliver.keeping import keep
from vitrine.channels.mail.deliver.series import keep_in_series
from vitrine.channels.mail.deliver.sweeping import keep_all_due
from vitrine.channels.mail.deliver.transport import Uncertain, hand_over

__all__ = [
    "Refused",
    "Uncertain",
    "composed",
    "hand_over",
    "keep",
    "keep_all_due",
    "keep_in_series",
]
