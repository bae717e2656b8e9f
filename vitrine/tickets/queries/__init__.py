"""Reading tickets: lists, one ticket with its timeline, search."""

from vitrine.tickets.queries.lists import (
    COUNT_LIMIT,
    DESK_LISTS,
    PAGE_SIZE,
    SECOND_LINE_LISTS,
    Page,
    TicketList,
    TicketRow,
    counts,
    lists_of,
    page_of,
    rows_of,
)
from vitrine.tickets.queries.search import SearchHit, search
from vitrine.tickets.queries.timeline import (
    Event,
    Item,
    links_of,
    mergeable_with,
    messages_of,
    messages_since,
    newest_message_id,
    other_tickets_of,
    ticket_in_full,
    timeline,
)

__all__ = [
    "COUNT_LIMIT",
    "DESK_LISTS",
    "PAGE_SIZE",
    "SECOND_LINE_LISTS",
    "Event",
    "Item",
    "Page",
    "SearchHit",
    "TicketList",
    "TicketRow",
    "counts",
    "links_of",
    "lists_of",
    "mergeable_with",
    "messages_of",
    "messages_since",
    "newest_message_id",
    "other_tickets_of",
    "page_of",
    "rows_of",
    "search",
    "ticket_in_full",
    "timeline",
]
