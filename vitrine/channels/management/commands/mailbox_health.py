"""`vitrine doctor` asks this: does mail come in from every mailbox?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vitrine.correspondence.queries import Health, mailbox_healths
from vitrine.kernel.clock import now


class Command(BaseCommand):
    """Prints one line; fails with a line for each mailbox that needs somebody."""

    help = "How it goes with the mailboxes."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Say it."""
        healths = [each for each in mailbox_healths(at=now()) if each.mailbox.is_active]
        trouble = [f"{each.mailbox}: {said_of(each)}" for each in healths if each.needs_somebody]
        if trouble:
            raise CommandError("; ".join(trouble))
        backlog = sum(each.state.backlog for each in healths)
        self.stdout.write(f"{len(healths)} fetched from, {backlog} messages wait")


def said_of(health: Health) -> str:
    """What is wrong with one mailbox, in English for the terminal."""
    state = health.state
    if health.failure is not None:
        words = f" ({state.failure_words})" if state.failure_words else ""
        return f"{health.failure.label}{words} Since {state.failing_since:%Y-%m-%d %H:%M} UTC."
    if health.is_stopped:
        return "the process `vitrine fetch` does not run"
    return f"{state.backlog} messages wait since {state.backlog_since:%Y-%m-%d %H:%M} UTC"
