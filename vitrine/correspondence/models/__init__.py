"""What came in (Arrival), what we owe in writing (Promise), and the texts we use."""

from vitrine.correspondence.models.arrivals import Arrival as Arrival
from vitrine.correspondence.models.mailboxes import Mailbox as Mailbox
from vitrine.correspondence.models.mailboxes import MailboxState as MailboxState
from vitrine.correspondence.models.promises import Pace as Pace
from vitrine.correspondence.models.promises import Promise as Promise
from vitrine.correspondence.models.promises import SinkMessage as SinkMessage
from vitrine.correspondence.models.texts import Text as Text
