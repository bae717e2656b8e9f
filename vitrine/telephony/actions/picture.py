"""The live picture of the telephone: the newest counts, pages are woken at each."""

from django.db import connection, transaction

from vitrine.telephony.models import FloorPicture
from vitrine.telephony.rules.floor import Floor


@transaction.atomic
def show_floor(floor: Floor) -> bool:
    """Let this be the picture; False: a newer one of the same life, or of a later one, is there.

    The epoch goes before the instant: a process that was replaced shows nothing any more.
    """
    row = FloorPicture.objects.select_for_update().first()
    if row is not None and (row.epoch, row.at) > (floor.epoch, floor.at):
        return False
    FloorPicture.objects.bulk_create(
        [FloorPicture(id=1, floor=floor.as_json(), at=floor.at, epoch=floor.epoch)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["floor", "at", "epoch"],
    )
    with connection.cursor() as cursor:
        payload = f"{FloorPicture._meta.label_lower} 1"
        cursor.execute("SELECT pg_notify('vitrine_journal', %s)", [payload])
    return True
