"""Typing errors are looked up in the words that occur, not in a million titles."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """A trigram index of some hundred thousand words stays small; one of titles does not."""

    dependencies = [("tickets", "0002_serial_and_order")]

    operations = [
        migrations.RemoveIndex("searchdocument", "search_documents_by_likeness"),
        migrations.RemoveField("searchdocument", "title"),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "word",
                    models.CharField(max_length=24, primary_key=True, serialize=False),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"],
                        name="search_words_by_likeness",
                        opclasses=["gin_trgm_ops"],
                    )
                ],
            },
        ),
        migrations.RunSQL(
            # A document that is ranked is read as it is, not unpacked: 2 kB is common.
            "ALTER TABLE tickets_searchdocument SET (toast_tuple_target = 8160)",
            "ALTER TABLE tickets_searchdocument RESET (toast_tuple_target)",
        ),
    ]
