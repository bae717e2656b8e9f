"""Mailboxes in words: how it goes with each, and the steps of a trial."""

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.channels.mail.mailboxes import Step
from vitrine.channels.mail.mailboxes.trying import Way
from vitrine.correspondence.queries import Health


@dataclass(frozen=True, slots=True)
class MailboxCard:
    """What the page says of one mailbox."""

    name: str
    place: str
    href: str
    word: str
    tone: str
    trouble: list[str]
    """Sentences that a person should read; the words of others stand in quotation marks."""
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a trial, in words."""

    tone: str
    icon: str
    text: str
    said: str
    """What the other side said, in its own words."""


def mailbox_card(health: Health) -> MailboxCard:
    """How it goes with a mailbox, in the active language."""
    mailbox = health.mailbox
    word, tone = _verdict(health)
    return MailboxCard(
        name=mailbox.name,
        place=f"{mailbox.user} · {mailbox.host} · {mailbox.folder}",
        href=reverse("desk:mailbox", args=[mailbox.pk]),
        word=word,
        tone=tone,
        trouble=_trouble(health),
        sentences=_sentences(health) if mailbox.is_active else [],
    )


def _verdict(health: Health) -> tuple[str, str]:
    """One word and its tone."""
    if not health.mailbox.is_active:
        return _("switched off"), "calm"
    if health.is_failing:
        return _("fails"), "bad"
    if health.is_stopped:
        return _("nobody fetches"), "bad"
    if health.is_behind:
        return _("behind"), "warn"
    if health.state.looked_at is None:
        return _("begins"), "calm"
    return _("works"), "good"


def _trouble(health: Health) -> list[str]:
    """What is wrong, since when, and what happens next."""
    state = health.state
    found = []
    if health.failure is not None and state.failing_since is not None:
        words = f" “{state.failure_words}”" if state.failure_words else ""
        found.append(f"{health.failure.label}{words}")
        since = {"when": naturaltime(state.failing_since)}
        found.append(_("It began %(when)s.") % since)
        if state.retry_at and state.retry_at > health.at:
            at = date_format(localtime(state.retry_at), "TIME_FORMAT")
            found.append(_("Next attempt at %(at)s.") % {"at": at})
    if health.is_stopped:
        found.append(_("The process “fetch” does not run: mail waits on the mail server."))
    if not health.mailbox.is_active:
        return found
    if state.is_read_only:
        found.append(
            _("We may only read there: messages are not marked. Each is taken once all the same.")
        )
    if state.marking_refused:
        found.append(
            _("The server refuses to mark messages: “%(words)s”. Each is taken once all the same.")
            % {"words": state.marking_refused}
        )
    return found


def _sentences(health: Health) -> list[str]:
    """How it goes otherwise."""
    state = health.state
    if state.fetched_at is None:
        found = [_("No message was fetched yet.")]
    else:
        found = [_("Last message fetched %(when)s.") % {"when": naturaltime(state.fetched_at)}]
    if state.backlog:
        found.append(_("Backlog: %(count)s.") % {"count": state.backlog})
    elif state.looked_at is not None:
        found.append(_("Nothing waits on the server."))
    if state.looked_at is not None:
        found.append(
            _("The server last answered %(when)s.") % {"when": naturaltime(state.looked_at)}
        )
    if state.fetched:
        found.append(
            ngettext(
                "%(count)s message fetched in all.", "%(count)s messages fetched in all.",
                state.fetched,
            )
            % {"count": state.fetched}
        )  # fmt: skip
    return found


def step_line(step: Step) -> StepLine:
    """A step of a trial in the active language."""
    if step.failure is not None:
        return StepLine("bad", "circle-cross", str(step.failure.label), step.words)
    done, less = _step_words(step)
    if step.is_warning:
        return StepLine("warn", "triangle", less, "")
    return StepLine("good", "circle-tick", done, "")


def _step_words(step: Step) -> tuple[str, str]:
    """What it means that a step worked, and that it worked less well."""
    folder = ngettext(
        "The folder opens; it holds %(count)s message.",
        "The folder opens; it holds %(count)s messages.",
        step.count,
    ) % {"count": step.count}
    words = {
        Way.TOKEN: (_("The token server gives us a token."), ""),
        Way.CONNECTION: (_("The mail server answers, its certificate is valid."), ""),
        Way.SIGN_IN: (_("The mail server lets us in."), ""),
        Way.FOLDER: (folder, ""),
        Way.WRITING: (
            _("Messages can be marked."),
            _("We may only read there: messages will not be marked."),
        ),
        Way.TARGET: (
            _("The folder to move to exists."),
            _("The folder to move to does not exist yet: it will be made."),
        ),
        Way.IDLE: (
            _("The server tells us of new mail at once."),
            _("The server does not tell us of new mail: we will ask every 20 seconds."),
        ),
    }
    return words[step.way]
