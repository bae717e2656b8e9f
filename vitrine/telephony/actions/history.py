"""Calls of the past: told as they were, without asking anything of anybody any more.

For the demonstration, and for bringing in what an earlier system or a lost machine has written: no
ticket is opened, nobody is called back, no colleague is told. A dozen statements, however many.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Person, PhoneNumber
from vitrine.kernel.clock import now
from vitrine.telephony.actions.journal import kept_rows
from vitrine.telephony.models import Call, CallEntry
from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.names import account_id_of
from vitrine.telephony.rules.stories import FIELDS, Story, story_of


@transaction.atomic
def keep_history(entries: Sequence[Entry], *, is_simulated: bool = False) -> list[Call]:
    """Keep the journal of calls that are over and tell them; calls known already stay as they are.

    entries       of whole calls: what is given of a call is all there is
    is_simulated  nobody has really called
    """
    rows = kept_rows(entries)
    CallEntry.objects.bulk_create(rows, ignore_conflicts=True)
    by_call: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.call:
            by_call.setdefault(entry.call, []).append(entry)
    known = set(Call.objects.filter(name__in=by_call).values_list("name", flat=True))
    stories = {name: story_of(mine) for name, mine in by_call.items() if name not in known}
    persons, accounts = _persons(stories), _accounts(stories)
    at = now()
    return Call.objects.bulk_create(
        Call(
            name=name,
            is_stale=False,
            is_simulated=is_simulated,
            projected_at=at,
            person=persons.get(story.number),
            answered_account=accounts.get(story.answered_by),
            colleague=accounts.get(story.for_colleague),
            **{field: getattr(story, field) for field in FIELDS},
        )
        for name, story in stories.items()
    )


def _persons(stories: Mapping[str, Story]) -> dict[str, Person]:
    """Number -> the only person who has it."""
    numbers = {story.number for story in stories.values() if story.number}
    found: dict[str, list[Person]] = {}
    for row in PhoneNumber.objects.filter(number__in=numbers).select_related("person"):
        found.setdefault(row.number, []).append(row.person)
    return {number: persons[0] for number, persons in found.items() if len(persons) == 1}


def _accounts(stories: Mapping[str, Story]) -> dict[str, Account]:
    """Public name -> account."""
    names = {
        name for story in stories.values() for name in (story.answered_by, story.for_colleague)
    }
    ids = {name: found for name in names if (found := account_id_of(name)) is not None}
    accounts = Account.objects.in_bulk(list(ids.values()))
    return {name: accounts[found] for name, found in ids.items() if found in accounts}
