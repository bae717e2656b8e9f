"""A worker finds its next job by the index of their order, however many wait.

PostgreSQL plans that statement once and keeps the plan. Planned while the table of jobs is
small, as it is each morning, it compares every waiting job with every other: at a thousand
waiting jobs 180 ms for each fetch, against 1 ms by the index.
"""

from django.db import migrations

FETCH = "FUNCTION procrastinate_fetch_job_v2(varchar[], bigint)"


class Migration(migrations.Migration):
    """Settings of a function of procrastinate; a newer function gets a migration of its own."""

    dependencies = [
        ("correspondence", "0006_mailboxes"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER {FETCH} SET enable_seqscan = off SET enable_sort = off",
            f"ALTER {FETCH} RESET enable_seqscan RESET enable_sort",
        ),
    ]
