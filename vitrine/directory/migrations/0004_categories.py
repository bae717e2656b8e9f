"""A fresh directory knows the categories of those who ask."""

from typing import Any

from django.db import migrations

from vitrine.directory.rules import CATEGORIES


def add(apps: Any, _schema_editor: Any) -> None:
    """Categories that are not there yet."""
    category = apps.get_model("directory", "Category")
    for planned in CATEGORIES:
        names = planned._asdict()
        category.objects.get_or_create(code=names.pop("code"), defaults=names)


class Migration(migrations.Migration):
    """Rows only; people rename them and add others."""

    dependencies = [("directory", "0003_municipality_lists")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
