"""Counting how often something happens within a time, in one statement, on every web process.

Unlogged: a crash forgets the counts, which is what one wants, and a commit waits for no disk.
"""

from django.db import migrations

RATE_LIMITS = """
CREATE UNLOGGED TABLE kernel_rate_limit (
    key text PRIMARY KEY,
    hits integer NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX rate_limits_by_end ON kernel_rate_limit (ends_at);

CREATE FUNCTION kernel_count_hits(keys text[], within interval)
    RETURNS TABLE (hit_key text, hits integer) LANGUAGE sql AS $$
WITH forgotten AS (
    DELETE FROM kernel_rate_limit
    WHERE ends_at < now() - interval '1 day' AND NOT key = ANY (keys)
)
INSERT INTO kernel_rate_limit AS kept (key, hits, ends_at)
SELECT asked, 1, now() + within FROM (SELECT DISTINCT unnest(keys) AS asked) AS each ORDER BY 1
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN kept.ends_at < now() THEN 1 ELSE kept.hits + 1 END,
    ends_at = CASE WHEN kept.ends_at < now() THEN excluded.ends_at ELSE kept.ends_at END
RETURNING kept.key, kept.hits
$$;
"""


class Migration(migrations.Migration):
    """A table without a model: nobody reads it but the function."""

    dependencies = [("kernel", "0001_extensions_and_dictionaries")]

    operations = [
        migrations.RunSQL(
            RATE_LIMITS,
            "DROP FUNCTION kernel_count_hits(text[], interval); DROP TABLE kernel_rate_limit;",
        ),
    ]
