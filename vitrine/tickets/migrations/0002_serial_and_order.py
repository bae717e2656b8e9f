"""The serial of ticket numbers, and the order of lists by deadline."""

from datetime import UTC, datetime

import django.db.models.functions
from django.db import migrations, models

LIVE = models.Q(state__in=["new", "open", "waiting", "second_line"])


class Migration(migrations.Migration):
    """A sequence never gives a number twice, not even after a rollback."""

    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE ticket_serial", "DROP SEQUENCE ticket_serial"),
        migrations.AddField(
            "ticket",
            "deadline_order",
            models.GeneratedField(
                expression=django.db.models.functions.Coalesce(
                    "due_at", models.Value(datetime(9999, 12, 31, tzinfo=UTC))
                ),
                output_field=models.DateTimeField(),
                db_persist=True,
            ),
        ),
        migrations.RemoveIndex("ticket", "live_tickets_by_owner"),
        migrations.RemoveIndex("ticket", "live_tickets_by_deadline"),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["owner", "deadline_order", "id"],
                condition=LIVE,
                name="live_tickets_by_owner",
            ),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["deadline_order", "id"], condition=LIVE, name="live_tickets_by_deadline"
            ),
        ),
    ]
