"""Everything that changes a ticket. The beat: lock, check, change, record, promise."""

from vitrine.tickets.actions.calls import settle_call
from vitrine.tickets.actions.closing import (
    add_note,
    archive,
    archive_closed,
    close_directly,
    reopen,
    reply,
    wait_for_requester,
)
from vitrine.tickets.actions.delegating import (
    CameByMail,
    answer_delegation,
    delegate,
    return_delegation,
    return_overdue_delegations,
)
from vitrine.tickets.actions.intake import join_request, log_call, receive_request
from vitrine.tickets.actions.joining import link, merge, split_off, unlink, unmerge
from vitrine.tickets.actions.keeping import keep_open, remind_due
from vitrine.tickets.actions.question_types import change_question_type, create_question_type
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.sorting import (
    assign,
    classify,
    rename,
    set_priority,
    set_reply_language,
    set_requester,
    take,
)

__all__ = [
    "CameByMail",
    "add_note",
    "answer_delegation",
    "archive",
    "archive_closed",
    "assign",
    "change_question_type",
    "classify",
    "close_directly",
    "create_question_type",
    "delegate",
    "index_ticket",
    "join_request",
    "keep_open",
    "link",
    "log_call",
    "merge",
    "receive_request",
    "remind_due",
    "rename",
    "reopen",
    "reply",
    "return_delegation",
    "return_overdue_delegations",
    "set_priority",
    "set_reply_language",
    "set_requester",
    "settle_call",
    "split_off",
    "take",
    "unlink",
    "unmerge",
    "wait_for_requester",
]
