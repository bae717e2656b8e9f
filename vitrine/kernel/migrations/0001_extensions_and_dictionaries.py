"""What every table may rely on: trigrams, unaccent, and a dictionary per language.

`vitrine_fr` and its sisters are PostgreSQL's own Snowball dictionaries behind
`unaccent`, so that `Schlüssel` and `schlussel`, `clé` and `cle` find each other.
`vitrine_plain` (lower case, unaccented, no stemming) is for names, codes and numbers.
`vitrine_unaccent` is immutable, so that an index may use it.
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

LANGUAGES = {"fr": "french", "nl": "dutch", "de": "german", "en": "english"}

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION vitrine_{code} (COPY = pg_catalog.{name});
ALTER TEXT SEARCH CONFIGURATION vitrine_{code}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {name}_stem;
"""

PLAIN = """
CREATE TEXT SEARCH CONFIGURATION vitrine_plain (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION vitrine_plain
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""

UNACCENT = """
CREATE FUNCTION vitrine_unaccent(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""


class Migration(migrations.Migration):
    """Extensions first, then what is built on them."""

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        *(
            migrations.RunSQL(
                CONFIGURATION.format(code=code, name=name),
                f"DROP TEXT SEARCH CONFIGURATION vitrine_{code}",
            )
            for code, name in LANGUAGES.items()
        ),
        migrations.RunSQL(PLAIN, "DROP TEXT SEARCH CONFIGURATION vitrine_plain"),
        migrations.RunSQL(UNACCENT, "DROP FUNCTION vitrine_unaccent(text)"),
    ]
