"""The live picture of the telephone: the newest counts, pages are woken at each."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from vitrine.telephony.models import FloorPicture
from vitrine.telephony.rules.floor import Floor

MOST_NAMED = 50
"""Agents named to the pages; of more, all look."""


@transaction.atomic
def show_floor(floor: Floor) -> bool:
    """Let this be the picture; False: a newer one of the same life, or of a later one, is there.

    The epoch goes before the instant: a process that was replaced shows nothing any more.
    """
    row = FloorPicture.objects.select_for_update().first()
    if row is not None and (row.epoch, row.at) > (floor.epoch, floor.at):
        return False
    picture = floor.as_json()
    concerned = _concerned(row.floor, after=picture) if row else set()
    FloorPicture.objects.bulk_create(
        [FloorPicture(id=1, floor=picture, at=floor.at, epoch=floor.epoch)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["floor", "at", "epoch"],
    )
    with connection.cursor() as cursor:
        names = sorted(concerned) if row and len(concerned) <= MOST_NAMED else ["*"]
        payload = " ".join([FloorPicture._meta.label_lower, *names])
        cursor.execute("SELECT pg_notify('vitrine_journal', %s)", [payload])
    return True


def _concerned(before: Mapping[str, Any], *, after: Mapping[str, Any]) -> set[str]:
    """The public names of the agents for whom something is different: pages of others rest."""
    names = {
        one["name"] for one in _changed(before.get("agents", []), after=after["agents"], key="name")
    }
    for call in _changed(before.get("calls", []), after=after["calls"], key="call"):
        names.update(call.get("agents", []))
    return names


def _changed(
    before: list[dict[str, Any]], *, after: list[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    """Those that are new, gone or different; both forms of the last."""
    old, new = ({one[key]: one for one in side} for side in (before, after))
    return [
        side[name]
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
        for side in (old, new)
        if name in side
    ]
