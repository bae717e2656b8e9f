"""The addresses of the desk: nouns; what one does is a POST to them."""

from django.urls import path

from vitrine.desk.views import acts, lists, tickets

app_name = "desk"

one = "tickets/<str:number>/"

urlpatterns = [
    path("", lists.home, name="home"),
    path("counts/", lists.list_counts, name="counts"),
    path("lists/<slug:name>/", lists.ticket_list, name="list"),
    path(one, tickets.ticket, name="ticket"),
    path(f"{one}timeline/", tickets.ticket_timeline, name="timeline"),
    path(f"{one}print/", tickets.ticket_print, name="print"),
    path(f"{one}replies/", acts.replies, name="replies"),
    path(f"{one}notes/", acts.notes, name="notes"),
    path(f"{one}follow-up/", acts.follow_up, name="follow-up"),
    path(f"{one}delegation/", acts.delegation, name="delegation"),
    path(f"{one}delegation/answer/", acts.second_line_answer, name="second-line-answer"),
    path(f"{one}delegation/return/", acts.delegation_return, name="return"),
    path(f"{one}own/", acts.own, name="own"),
    path(f"{one}owner/", acts.owner, name="owner"),
    path(f"{one}waiting/", acts.waiting, name="waiting"),
    path(f"{one}reopening/", acts.reopening, name="reopening"),
    path(f"{one}subject/", acts.subject, name="subject"),
    path(f"{one}question-type/", acts.question_type, name="question-type"),
    path(f"{one}priority/", acts.ticket_priority, name="priority"),
    path(f"{one}reply-language/", acts.reply_language, name="reply-language"),
    path(f"{one}merge/", acts.merge, name="merge"),
    path(f"{one}unmerge/", acts.unmerge, name="unmerge"),
    path(f"{one}links/", acts.links, name="links"),
    path(f"{one}split/<int:pk>/", acts.split, name="split"),
    path("search/", lists.home, name="search"),
    path("calls/new/", lists.home, name="call"),
    path("quarantine/", lists.home, name="quarantine"),
    path("settings/", lists.home, name="settings"),
    path(f"{one}requester/", lists.home, name="requester"),
    path("attachments/<int:pk>/", tickets.attachment, name="attachment"),
    path("messages/<int:pk>/original/", tickets.original, name="original"),
]
