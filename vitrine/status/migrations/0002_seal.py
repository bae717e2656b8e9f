"""The database keeps the chain of public changes: no gap, no fork, no second thoughts.

An event is refused unless its version is the next one, its `prev_hash` is the hash of the one
before, its `hash` is sha256(body), and the body says the same version and hash before. Two at
once wait for each other at the primary key. Nothing is changed or removed afterwards, neither
events nor attempts.
"""

from django.db import migrations

CHAIN = """
CREATE FUNCTION status_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_version bigint;
    last_hash text;
    said jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(7361421);
    SELECT version, hash INTO last_version, last_hash FROM status_event
        ORDER BY version DESC LIMIT 1;
    said := NEW.body::jsonb;
    IF NEW.version <> coalesce(last_version, 0) + 1
        OR NEW.prev_hash <> coalesce(last_hash, repeat('0', 64))
        OR NEW.hash <> encode(sha256(convert_to(NEW.body, 'UTF8')), 'hex')
        OR said ->> 'version' <> NEW.version::text
        OR said ->> 'prev_hash' <> NEW.prev_hash
    THEN
        RAISE EXCEPTION 'a public change follows from the one before'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER status_event_follows_the_one_before BEFORE INSERT ON status_event
    FOR EACH ROW EXECUTE FUNCTION status_event_follows();

CREATE FUNCTION status_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was published or tried is append-only'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER status_event_is_append_only BEFORE UPDATE OR DELETE ON status_event
    FOR EACH ROW EXECUTE FUNCTION status_guard();
CREATE TRIGGER status_attempt_is_append_only BEFORE UPDATE OR DELETE ON status_attempt
    FOR EACH ROW EXECUTE FUNCTION status_guard();
CREATE TRIGGER status_sentences_are_append_only BEFORE UPDATE OR DELETE ON status_sentencerevision
    FOR EACH ROW EXECUTE FUNCTION status_guard();
"""

UNDO = """
DROP TRIGGER status_sentences_are_append_only ON status_sentencerevision;
DROP TRIGGER status_attempt_is_append_only ON status_attempt;
DROP TRIGGER status_event_is_append_only ON status_event;
DROP TRIGGER status_event_follows_the_one_before ON status_event;
DROP FUNCTION status_guard();
DROP FUNCTION status_event_follows();
"""


class Migration(migrations.Migration):
    """Triggers; Django knows nothing of them."""

    dependencies = [("status", "0001_what_is_published")]

    operations = [migrations.RunSQL(CHAIN, UNDO)]
