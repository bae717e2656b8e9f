"""Dates told to requesters are counted on every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A small index: a closed ticket promises nothing any more."""

    dependencies = [("tickets", "0004_question_types")]

    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["promised_for"],
                condition=models.Q(promised_for__isnull=False),
                name="tickets_promised",
            ),
        ),
    ]
