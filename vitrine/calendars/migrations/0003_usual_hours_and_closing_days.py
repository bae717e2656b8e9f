"""A fresh desk opens on working days from 8:30 to 16:30 and knows four years of closing days."""

from datetime import time
from typing import Any

from django.db import migrations

from vitrine.calendars.rules import closings_to_prefill
from vitrine.kernel.clock import now

WORKING_DAYS = range(5)
YEARS = range(2025, 2029)


def fill(apps: Any, _schema_editor: Any) -> None:
    """Hours and closing days, unless somebody was faster."""
    hours = apps.get_model("calendars", "OpeningHours")
    if not hours.objects.exists():
        hours.objects.bulk_create(
            hours(weekday=weekday, opens=time(8, 30), closes=time(16, 30))
            for weekday in WORKING_DAYS
        )
    closing_day = apps.get_model("calendars", "ClosingDay")
    prefilled_year = apps.get_model("calendars", "PrefilledYear")
    for year in YEARS:
        for closing in closings_to_prefill(year):
            name_fr, name_nl, name_de, name_en = closing.names
            closing_day.objects.get_or_create(
                day=closing.day,
                defaults={
                    "kind": closing.kind,
                    "name_fr": name_fr,
                    "name_nl": name_nl,
                    "name_de": name_de,
                    "name_en": name_en,
                },
            )
        prefilled_year.objects.get_or_create(year=year, defaults={"at": now()})


class Migration(migrations.Migration):
    """Rows only; they are edited afterwards like any other."""

    dependencies = [("calendars", "0002_prefilled_year")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
