"""What pages tell the telephone: a row and a word that wakes its process.

An instruction is carried out at once or not at all: whoever presses "transfer" while the process
is away must not have his caller transferred minutes later.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from vitrine.accounts.models import Account
from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.telephony.choices import InstructionKind, InstructionResult
from vitrine.telephony.errors import NoMoreCallsOut, NumberNotDialled
from vitrine.telephony.models import Instruction
from vitrine.telephony.queries.calls import calls_out_since
from vitrine.telephony.queries.line import floor
from vitrine.telephony.queries.setup import house_rules
from vitrine.telephony.rules.dialling import may_be_called
from vitrine.telephony.rules.floor import DIALLED

CHANNEL = "vitrine_phone"
"""On which PostgreSQL tells the process of the telephone that there is an instruction."""
VALID_FOR = timedelta(seconds=10)
LASTING = frozenset(
    {
        InstructionKind.SIGN_OUT,
        InstructionKind.PAUSE,
        InstructionKind.CONFIGURE,
    }
)
"""Kinds that do good also later: the process may have been starting."""
LASTS_FOR = timedelta(minutes=2)


@transaction.atomic
def instruct_phone(
    kind: str, *, agent: str = "", call: str = "", by: Account | None, **facts: Any
) -> Instruction:
    """Tell the telephone something; its process wakes when this commits.

    kind   an InstructionKind
    agent  the public name of the agent it is about
    facts  what the kind needs beside that: `reason`, `seconds`, `number`, `language`, `service`,
           `to` (the public name of an agent)
    """
    at = now()
    given = Instruction.objects.create(
        kind=InstructionKind(kind),
        agent=agent,
        call=call,
        facts=facts,
        by=by,
        given_at=at,
        expires_at=at + (LASTS_FOR if kind in LASTING else VALID_FOR),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(given.pk)])
    return given


def check_may_dial(number: str) -> None:
    """Raise NumberNotDialled or NoMoreCallsOut where the telephone would not dial `number`.

    Said to the person before anything is taken or told; the process of the telephone has the last
    word, see `voice.outgoing`.
    """
    rules = house_rules()
    if not may_be_called(number, prefixes=rules.dial_prefixes):
        raise NumberNotDialled
    if calls_out_today() >= rules.most_calls_out:
        raise NoMoreCallsOut


def calls_out_today() -> int:
    """As the process of the telephone counts, who also counts whom callers were handed over to.

    While it has shown no picture today: as the calls tell.
    """
    midnight = datetime.combine(today(), time.min, tzinfo=BRUSSELS)
    drawn = floor()
    counted = (drawn.today or {}).get(DIALLED, 0) if drawn and drawn.at >= midnight else 0
    return max(counted, calls_out_since(midnight))


@transaction.atomic
def take_instructions(*, at_most: int = 50) -> list[Instruction]:
    """Those that nobody has taken, oldest first, now taken; what is too old is ended as expired."""
    at = now()
    rows = list(
        Instruction.objects.select_for_update(skip_locked=True)
        .filter(taken_at__isnull=True)
        .order_by("id")[:at_most]
    )
    late = [row.pk for row in rows if row.expires_at <= at]
    due = [row for row in rows if row.expires_at > at]
    if late:
        Instruction.objects.filter(pk__in=late).update(
            taken_at=at, answered_at=at, result=InstructionResult.EXPIRED
        )
    if due:
        Instruction.objects.filter(pk__in=[row.pk for row in due]).update(taken_at=at)
    for row in due:
        row.taken_at = at
    return due


@transaction.atomic
def answer_instruction(instruction_id: int, *, is_done: bool, reason: str = "") -> None:
    """Say what became of an instruction; the first answer counts, an unknown one is no fault.

    reason  why it was not possible: `not-signed-in`, `no-call`, `unreachable`, ...
    """
    result = InstructionResult.DONE if is_done else InstructionResult.REFUSED
    changed = Instruction.objects.filter(pk=instruction_id, answered_at__isnull=True).update(
        answered_at=now(), result=result, reason=reason[:200]
    )
    if changed:
        with connection.cursor() as cursor:
            payload = f"{Instruction._meta.label_lower} {instruction_id}"
            cursor.execute("SELECT pg_notify('vitrine_journal', %s)", [payload])


@transaction.atomic
def forget_instructions(*, keep_for: timedelta = timedelta(days=7)) -> int:
    """Remove instructions older than `keep_for`: the journal of calls tells what they did."""
    count, _by_table = Instruction.objects.filter(given_at__lt=now() - keep_for).delete()
    return count
