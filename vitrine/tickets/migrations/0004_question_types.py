"""A fresh desk knows what requests are about."""

from typing import Any

from django.db import migrations

from vitrine.tickets.rules import QUESTION_TYPES


def add(apps: Any, _schema_editor: Any) -> None:
    """Types that are not there yet."""
    kind = apps.get_model("tickets", "QuestionType")
    for planned in QUESTION_TYPES:
        values = planned._asdict()
        code, parent = values.pop("code"), planned.parent
        values["parent"] = kind.objects.get(code=parent) if parent else None
        kind.objects.get_or_create(code=code, defaults=values)


class Migration(migrations.Migration):
    """Rows only; people rename them and add others."""

    dependencies = [("tickets", "0003_search_words")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
