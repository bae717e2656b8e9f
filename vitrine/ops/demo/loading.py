"""The demonstration as a whole: all of it or nothing, into a database that holds nobody yet."""

from collections.abc import Callable

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.ops.demo.calls import load_calls
from vitrine.ops.demo.register import load_register
from vitrine.ops.demo.replay import replay_requests
from vitrine.ops.demo.state import load_state
from vitrine.tickets.models import Ticket


class Refused(Exception):
    """Why the demonstration is not loaded."""


def load_demonstration(*, tell: Callable[[str], object]) -> None:
    """Load the register and some weeks of its requests.

    Raises Refused when somebody or something is there already: a second start keeps the
    data, and nobody's own data is mixed with fictitious ones.
    """
    if Account.objects.exists() or Ticket.objects.exists():
        raise Refused("The database holds accounts or tickets already.")
    tell("loading the demonstration (fictitious): some seconds")
    with transaction.atomic():
        register = load_register()
        load_state()
        replay_requests(register)
        load_calls(register)
