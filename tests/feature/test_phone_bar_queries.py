"""What the strip of the telephone costs each page of the desk: two statements at most."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import World
from tests.phone_scene import busy_morning, english
from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.telephony.models import Call, FloorPicture
from vitrine.telephony.queries import floor

PAGES = ("/desk/lists/mine/", "/desk/phone/calls/")


def asked(client: Client, path: str) -> int:
    """How many statements a page makes when it was shown before."""
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["bruno", "carla", "sofie"])
def test_the_strip_asks_twice_at_most(client: Client, world: World, who: str, path: str) -> None:
    account: Account = getattr(world, who)  # in a call, ready, ringing
    client.force_login(account)
    without = asked(client, path)  # no picture is there: one statement finds that out
    busy_morning(world)
    drawn = floor()
    assert drawn is not None
    for one in drawn.calls:
        Call.objects.create(
            name=one.call, number=one.number, arrived_at=now(), offered_at=now(), is_stale=False
        )
    assert asked(client, path) <= without - 1 + 2


def test_whoever_is_found_out_meanwhile_is_shown_at_once(client: Client, world: World) -> None:
    english(world.bruno)
    busy_morning(world)
    client.force_login(world.bruno)
    drawn = floor()
    assert drawn is not None
    [mine] = [one for one in drawn.agents if one.call and one.state == "talking"]
    call = Call.objects.create(
        name=mine.call, number="+3225550142", arrived_at=now(), offered_at=now(), is_stale=False
    )
    assert world.ana.name not in client.get("/desk/phone/bar/").content.decode()

    call.person = world.ana
    call.save()

    assert world.ana.name in client.get("/desk/phone/bar/").content.decode()
    assert FloorPicture.objects.count() == 1
