"""Everything that changes a ticket. The beat: lock, check, change, record, promise."""

from vitrine.tickets.actions.applied_rules import sort_late
from vitrine.tickets.actions.blocked_senders import (
    block_sender,
    change_intake_policy,
    unblock_sender,
)
from vitrine.tickets.actions.calls import (
    close_without_caller,
    end_call,
    give_call,
    note_call,
    open_call,
    settle_call,
    write_up_call,
)
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
from vitrine.tickets.actions.faxes import (
    READ_FAX,
    FaxPicture,
    ReadyFax,
    begin_reading_fax,
    make_fax_ready,
    note_fax,
)
from vitrine.tickets.actions.follow_ups import FollowUp, join_requests
from vitrine.tickets.actions.history import archive_history
from vitrine.tickets.actions.intake import (
    Request,
    join_request,
    log_call,
    receive_request,
    receive_requests,
)
from vitrine.tickets.actions.interruptions import (
    answer_all,
    carry_out_answer,
    join_interruption,
    leave_interruption,
)
from vitrine.tickets.actions.joining import link, merge, split_off, unlink, unmerge
from vitrine.tickets.actions.keeping import keep_open, remind_due
from vitrine.tickets.actions.looking import ask_for_pictures
from vitrine.tickets.actions.message_languages import set_message_language
from vitrine.tickets.actions.participants import add_participants, let_take_part
from vitrine.tickets.actions.printed import close_by_letter
from vitrine.tickets.actions.question_types import change_question_type, create_question_type
from vitrine.tickets.actions.resending import accept_as_arrived, send_to_other_address
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
from vitrine.tickets.actions.sorting_rules import (
    EFFECTS,
    change_sorting_rule,
    create_sorting_rule,
    kept_conditions,
    move_sorting_rule,
    order_of,
    remove_sorting_rule,
    switch_sorting_rule,
)
from vitrine.tickets.actions.unwanted import close_as_spam, take_out_of_spam

__all__ = [
    "EFFECTS",
    "READ_FAX",
    "CameByMail",
    "FaxPicture",
    "FollowUp",
    "ReadyFax",
    "Request",
    "accept_as_arrived",
    "add_note",
    "add_participants",
    "answer_all",
    "answer_delegation",
    "archive",
    "archive_closed",
    "archive_history",
    "ask_for_pictures",
    "assign",
    "begin_reading_fax",
    "block_sender",
    "carry_out_answer",
    "change_intake_policy",
    "change_question_type",
    "change_sorting_rule",
    "classify",
    "close_as_spam",
    "close_by_letter",
    "close_directly",
    "close_without_caller",
    "create_question_type",
    "create_sorting_rule",
    "delegate",
    "end_call",
    "give_call",
    "index_ticket",
    "join_interruption",
    "join_request",
    "join_requests",
    "keep_open",
    "kept_conditions",
    "leave_interruption",
    "let_take_part",
    "link",
    "log_call",
    "make_fax_ready",
    "merge",
    "move_sorting_rule",
    "note_call",
    "note_fax",
    "open_call",
    "order_of",
    "receive_request",
    "receive_requests",
    "remind_due",
    "remove_sorting_rule",
    "rename",
    "reopen",
    "reply",
    "return_delegation",
    "return_overdue_delegations",
    "send_to_other_address",
    "set_message_language",
    "set_priority",
    "set_reply_language",
    "set_requester",
    "settle_call",
    "sort_late",
    "split_off",
    "switch_sorting_rule",
    "take",
    "take_out_of_spam",
    "unblock_sender",
    "unlink",
    "unmerge",
    "wait_for_requester",
    "write_up_call",
]
