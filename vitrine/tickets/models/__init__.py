"""The tables of a ticket. Written only by `tickets.actions`."""

from vitrine.tickets.models.delegations import Delegation as Delegation
from vitrine.tickets.models.faxes import Fax as Fax
from vitrine.tickets.models.faxes import FaxPage as FaxPage
from vitrine.tickets.models.interruptions import InterruptionAnswer as InterruptionAnswer
from vitrine.tickets.models.interruptions import TicketInterruption as TicketInterruption
from vitrine.tickets.models.messages import Attachment as Attachment
from vitrine.tickets.models.messages import Message as Message
from vitrine.tickets.models.participants import Participant as Participant
from vitrine.tickets.models.question_types import QuestionType as QuestionType
from vitrine.tickets.models.search_documents import SearchDocument as SearchDocument
from vitrine.tickets.models.search_documents import SearchWord as SearchWord
from vitrine.tickets.models.sorting_rules import BlockedSender as BlockedSender
from vitrine.tickets.models.sorting_rules import IntakePolicy as IntakePolicy
from vitrine.tickets.models.sorting_rules import SortingRule as SortingRule
from vitrine.tickets.models.tickets import LIVE as LIVE
from vitrine.tickets.models.tickets import Ticket as Ticket
from vitrine.tickets.models.tickets import TicketLink as TicketLink
