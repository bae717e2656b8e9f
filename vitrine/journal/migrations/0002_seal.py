"""The database seals the journal: positions without gaps, a hash chain, no second thoughts.

Sealing happens at commit (a deferred constraint trigger), so that the lock of
the chain is held for an instant and can never wait for a row that somebody
else has locked. The hash is sha256(previous hash || body as UTF-8), the first
entry starting from nothing; anybody can verify it with these two columns.
"""

from django.db import migrations

CHAIN_LOCK = 7361420
"""An arbitrary number that names the lock of the chain."""

SEAL = f"""
CREATE FUNCTION journal_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_position bigint;
    last_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock({CHAIN_LOCK});
    SELECT position, hash INTO last_position, last_hash FROM journal_entry
        WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1;
    UPDATE journal_entry SET
        position = coalesce(last_position, 0) + 1,
        hash = sha256(coalesce(last_hash, ''::bytea) || convert_to(NEW.body, 'UTF8'))
        WHERE id = NEW.id;
    PERFORM pg_notify('vitrine_journal', NEW.subject_type || ' ' || NEW.subject_id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER journal_is_sealed_at_commit AFTER INSERT ON journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_seal();
"""

GUARD = """
CREATE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
        AND (NEW.id, NEW.at, NEW.verb, NEW.by_id, NEW.subject_type, NEW.subject_id,
             NEW.facts, NEW.body)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.at, OLD.verb, OLD.by_id, OLD.subject_type, OLD.subject_id,
             OLD.facts, OLD.body)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_guard();
"""

UNDO = """
DROP TRIGGER journal_is_append_only ON journal_entry;
DROP TRIGGER journal_is_sealed_at_commit ON journal_entry;
DROP FUNCTION journal_guard();
DROP FUNCTION journal_seal();
"""


class Migration(migrations.Migration):
    """Two triggers; Django knows nothing of them."""

    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(SEAL + GUARD, UNDO)]
