"""What the journal says about a ticket, as sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.correspondence.choices import FailureClass
from vitrine.desk.rendering.deliveries import failure_words
from vitrine.desk.rendering.effects import effect_words
from vitrine.journal.models import Entry
from vitrine.kernel.languages import Language
from vitrine.tickets.choices import Outcome, State

SENTENCES: dict[str, "str | LazyText"] = {
    "ticket.opened": gettext_lazy("opened"),
    "ticket.acknowledgement_promised": gettext_lazy("acknowledgement to %(to)s"),
    "ticket.mail_bounced": gettext_lazy("could not be delivered to %(address)s: %(reason)s"),
    "ticket.mail_failed": gettext_lazy("could not be delivered to %(address)s: %(reason)s"),
    "ticket.mail_uncertain": gettext_lazy(
        "it is not certain whether the message to %(address)s arrived"
    ),
    "ticket.mail_delayed": gettext_lazy("the message to %(address)s is delayed, not lost"),
    "ticket.mail_received": gettext_lazy("%(address)s confirms having received the message"),
    "ticket.mail_complained": gettext_lazy("%(address)s called our message unwanted mail"),
    "ticket.mail_arrived": gettext_lazy("the message to %(address)s has arrived"),
    "ticket.copy_failed": gettext_lazy("the copy to %(address)s was refused: %(reason)s"),
    "ticket.redirected": gettext_lazy("sent to another address: %(address)s"),
    "ticket.participants_copied": gettext_lazy("in copy: %(names)s"),
    "ticket.participant_joined": gettext_lazy("%(name)s (%(address)s) has joined"),
    "ticket.assigned": gettext_lazy("%(after)s has it now"),
    "ticket.renamed": gettext_lazy("subject was “%(before)s”"),
    "ticket.classified": gettext_lazy("question type %(after)s"),
    "ticket.prioritised": gettext_lazy("priority %(before)s became %(after)s"),
    "ticket.reply_language_set": gettext_lazy(
        "reply language %(before)s became %(after)s: %(motive)s"
    ),
    "ticket.message_language_set": gettext_lazy("a message is in %(after)s, not in %(before)s"),
    "ticket.pictures_fetched": gettext_lazy("pictures of a message fetched from %(hosts)s"),
    "ticket.file_infected": gettext_lazy("%(name)s is infected with %(infection)s: locked away"),
    "ticket.requester_set": gettext_lazy("requester set %(organisation)s"),
    "ticket.sorted": gettext_lazy("sorted by the rule “%(rule)s”: %(effects)s"),
    "ticket.closed": gettext_lazy("closed: %(outcome)s"),
    "ticket.taken_out_of_spam": gettext_lazy("no spam: open again, the sender is not blocked"),
    "ticket.letter_written": gettext_lazy("the answer goes as a letter"),
    "ticket.fax_ready": gettext_lazy("fax made readable, pages: %(pages)s"),
    "ticket.call_written_up": gettext_lazy("call written up"),
    "ticket.voicemail_left": gettext_lazy("left a message of %(seconds)s seconds by telephone"),
    "ticket.reopened": gettext_lazy("reopened: %(motive)s"),
    "ticket.waiting": gettext_lazy("waits for the requester, the clock stands still"),
    "ticket.archived": gettext_lazy("archived"),
    "ticket.kept_open": gettext_lazy("kept open: %(next_action)s (%(owner)s)"),
    "ticket.reminded": gettext_lazy("reminder: %(next_action)s"),
    "ticket.delegated": gettext_lazy("handed over to %(to)s (%(service)s): %(motive)s"),
    "ticket.returned": gettext_lazy("back at the desk from %(service)s: %(motive)s"),
    "ticket.merged": gettext_lazy("merged into %(into)s"),
    "ticket.absorbed": gettext_lazy("%(other)s was merged into this ticket"),
    "ticket.unmerged": gettext_lazy("stands on its own again, was part of %(out_of)s"),
    "ticket.released": gettext_lazy("%(other)s stands on its own again"),
    "ticket.split": gettext_lazy("%(other)s was split off"),
    "ticket.linked": gettext_lazy("linked with %(other)s"),
    "ticket.joined_interruption": gettext_lazy("joined the interruption %(interruption)s"),
    "ticket.left_interruption": gettext_lazy("left the interruption %(interruption)s"),
    "ticket.unlinked": gettext_lazy("no longer linked with %(other)s"),
}

MOTIVES: dict[str, "str | LazyText"] = {
    "overdue": gettext_lazy("no answer in time"),
    "closed": gettext_lazy("the ticket was closed"),
}
"""Motives that the machine gives."""


class Facts(dict[str, object]):
    """The facts of an entry; one that is missing is blank, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


def _readable(facts: Mapping[str, object]) -> Facts:
    words = Facts(facts)
    if words.get("outcome"):
        words["outcome"] = Outcome(str(words["outcome"])).label
    if words["state"] in State.values:
        words["state"] = State(str(words["state"])).label
    if words.get("rule"):
        words["effects"] = ", ".join(effect_words(facts)) or _("nothing was left to decide")
    if words["kind"] in FailureClass.values:
        words["reason"] = failure_words(str(words["kind"]), said=str(words["reason"]))
    if words["motive"] in MOTIVES:
        words["motive"] = MOTIVES[str(words["motive"])]
    return words


def sentence_of(entry: Entry) -> str:
    """What happened and who did it; an unknown verb is told as it stands."""
    facts = _readable(entry.facts)
    if entry.verb in ("ticket.reply_language_set", "ticket.message_language_set"):
        for end in ("before", "after"):
            if facts[end] in Language.values:
                facts[end] = Language(str(facts[end])).label
    pattern = SENTENCES.get(entry.verb)
    what = str(pattern) % facts if pattern else entry.verb.partition(".")[2].replace("_", " ")
    if entry.by is None:
        return what.strip()
    return _("%(what)s, by %(who)s") % {"what": what.strip(), "who": entry.by.name}
