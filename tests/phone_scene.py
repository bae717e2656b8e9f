"""The telephone at the desk as tests look at it: a busy morning, and who reads which page."""

from django.test import Client

from tests.cast import World
from tests.floors import busy_floor
from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.telephony.actions import show_floor
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.names import agent_name

HTMX = {"HX-Request": "true"}


def busy_morning(world: World) -> Floor:
    """Bruno talks, Carla is ready, Sofie's telephone rings, Paula has lunch, Marc finishes."""
    cast = (world.bruno, world.carla, world.sofie, world.paula, world.marc)
    picture = busy_floor(at=now(), names=tuple(agent_name(one.pk) for one in cast))
    show_floor(picture)
    return picture


def read(client: Client, who: Account, *, path: str) -> str:
    """What `who` reads at `path`, in English."""
    client.force_login(who)
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def english(*accounts: Account) -> None:
    """Let these accounts read English."""
    for account in accounts:
        account.ui_language = "en"
        account.save()
