"""What a supervisor does with a colleague's call; each is recorded with who did it, to whom."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.telephony.access import supervises
from vitrine.telephony.actions.instructing import instruct_phone
from vitrine.telephony.choices import InstructionKind
from vitrine.telephony.errors import NoPhoneRight
from vitrine.telephony.models import Call, Instruction
from vitrine.telephony.rules.names import agent_name

VERBS = {
    InstructionKind.LISTEN: "call.listened_to",
    InstructionKind.WHISPER: "call.whispered_into",
    InstructionKind.STOP_LISTENING: "call.listening_stopped",
    InstructionKind.END_CALL: "call.ended_by_supervisor",
}


@transaction.atomic
def oversee_call(kind: str, *, agent: str, call: str, by: Account) -> Instruction:
    """Listen to the call of `agent`, speak to him, stop that, or end the call.

    agent  the public name of the colleague who talks
    call   the name of the call, which may have no row yet

    The order is about the telephone of `by`, which rings to let him listen. Raises NoPhoneRight
    for anybody but a supervisor, KeyError for another kind.
    """
    if not supervises(by):
        raise NoPhoneRight
    verb = VERBS[InstructionKind(kind)]
    given = instruct_phone(kind, agent=agent_name(by.pk), call=call, by=by, of=agent)
    known = Call.objects.filter(name=call).first()
    record(verb, subject=known or given, by=by, call=call, agent=agent)
    return given
