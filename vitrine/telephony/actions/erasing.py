"""What the telephone knows of people is erased after its time (L-12).

Numbers go from calls, call-backs and the journal of calls, sound from messages and recordings. The
rows stay: how many called, how long they waited and what became of it is counted on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import erase_from_promises
from vitrine.correspondence.choices import PromiseKind
from vitrine.journal.actions import record
from vitrine.kernel import files
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.errors import NotRecorded
from vitrine.telephony.models import Call, CallBack, ColleagueMessage, Recording, Voicemail
from vitrine.telephony.queries.setup import house_rules
from vitrine.tickets.models import Attachment

ERASED = gettext_noop("Erased after its time.")
PERSONAL_FACTS = ["number", "diverted_from", "phrases", "key", "file"]
"""Of an entry: numbers, what was spoken back, what was keyed."""

_ERASE_ENTRIES = """
UPDATE telephony_callentry SET facts = facts - %s::text[] WHERE call = ANY(%s) AND facts ?| %s
"""


@transaction.atomic
def erase_numbers(*, before: datetime, at_most: int = 500) -> int:
    """Erase the numbers of calls that came before an instant; how many calls, <= `at_most`.

    Whoever is still to be called back keeps his number until that has its end.
    """
    rows = list(
        Call.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(arrived_at__lt=before, number_erased_at__isnull=True, is_stale=False)
        .exclude(call_back__in=CallBack.objects.filter(ended_at__isnull=True))
        .order_by("arrived_at", "id")[:at_most]
    )
    if not rows:
        return 0
    _erase_from_mails(rows)
    names = [row.name for row in rows]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vitrine.erases', 'numbers', true)")
        cursor.execute(_ERASE_ENTRIES, [PERSONAL_FACTS, names, PERSONAL_FACTS])
        cursor.execute("SELECT set_config('vitrine.erases', '', true)")
    Call.objects.filter(pk__in=[row.pk for row in rows]).update(
        number="", diverted_from="", call_back_number="", number_erased_at=now()
    )
    CallBack.objects.filter(calls__in=[row.pk for row in rows], ended_at__isnull=False).exclude(
        calls__number__gt=""
    ).update(number="")
    record("phone_numbers.erased", subject=rows[-1], by=None, calls=len(rows))
    return len(rows)


def _erase_from_mails(rows: Sequence[Call]) -> None:
    """What was written to absent colleagues about these calls no longer names the number."""
    told = ColleagueMessage.objects.filter(call__in=rows).select_related("call", "ticket")
    for number, ticket in {(one.call.number, one.ticket) for one in told if one.call}:
        for language in Language.values if number else ():
            with override(language):
                instead = _("erased after its time")
            erase_from_promises(
                about=ticket,
                kind=PromiseKind.COLLEAGUE,
                language=language,
                words=display(number, language=language),
                instead=instead,
            )


@transaction.atomic
def erase_voicemail(voicemail: Voicemail, *, by: Account | None) -> bool:
    """Erase the sound of a message; that it was left stays. False: it was erased before."""
    row = Voicemail.objects.select_for_update().get(pk=voicemail.pk)
    if row.erased_at is not None:
        return False
    row.erased_at = now()
    row.save(update_fields=["erased_at"])
    sound = Attachment.objects.select_for_update().get(pk=row.attachment_id)
    sha256, sound.sha256, sound.refused = sound.sha256, "", ERASED
    sound.save(update_fields=["sha256", "refused"])
    record("voicemail.erased", subject=row, by=by)
    transaction.on_commit(partial(_erase_sound, sha256))
    return True


@transaction.atomic
def keep_recording(call: str, *, content: bytes, seconds: float, made_at: datetime) -> Recording:
    """Keep a conversation that was recorded after an announcement; twice is once.

    It is erased when its time is over, after 30 days at most: the database sees to that. Raises
    NotRecorded where the house records nothing, or the call is not known.
    """
    rules = house_rules()
    row = Call.objects.select_for_update(of=("self",)).filter(name=call).first()
    if row is None or not rules.records_calls:
        raise NotRecorded
    kept = Recording.objects.filter(call=row).first()
    if kept is not None:
        return kept
    recording = Recording.objects.create(
        call=row,
        sha256=files.keep(content),
        seconds=seconds,
        purpose=rules.recording_purpose,
        made_at=made_at,
        erase_at=made_at + timedelta(days=rules.keep_recordings_days),
    )
    record("recording.kept", subject=recording, by=None, purpose=recording.purpose)
    return recording


@transaction.atomic
def erase_recording(recording: Recording, *, by: Account | None) -> bool:
    """Erase a recorded conversation. False: it was erased before."""
    row = Recording.objects.select_for_update().get(pk=recording.pk)
    if row.erased_at is not None:
        return False
    sha256, row.sha256, row.erased_at = row.sha256, "", now()
    row.save(update_fields=["sha256", "erased_at"])
    record("recording.erased", subject=row, by=by)
    transaction.on_commit(partial(_erase_sound, sha256))
    return True


def erase_what_is_due(*, at: datetime) -> dict[str, int]:
    """Erase everything whose time is over at `at`; how much of each."""
    rules = house_rules()
    erased = {"numbers": 0, "messages": 0, "recordings": 0}
    while count := erase_numbers(before=at - timedelta(days=rules.keep_numbers_days)):
        erased["numbers"] += count
    old = Voicemail.objects.filter(
        erased_at__isnull=True, left_at__lt=at - timedelta(days=rules.keep_messages_days)
    )
    for voicemail in old:
        erased["messages"] += erase_voicemail(voicemail, by=None)
    for recording in Recording.objects.filter(erased_at__isnull=True, erase_at__lte=at):
        erased["recordings"] += erase_recording(recording, by=None)
    return erased


def _erase_sound(sha256: str) -> None:
    """Remove the bytes, unless something else has the same ones."""
    used = Attachment.objects.filter(sha256=sha256).exists()
    if sha256 and not used and not Recording.objects.filter(sha256=sha256).exists():
        files.erase(sha256)
