"""The journal of calls is append-only; erasing the number of a caller is the one exception.

Who may erase says so in his transaction (`SET LOCAL vitrine.erases = 'numbers'`); even then only
the facts of an entry may change, and no entry is ever removed.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION call_journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('vitrine.erases', true) = 'numbers'
        AND (NEW.id, NEW.epoch, NEW.sequence, NEW.at, NEW.seconds, NEW.kind, NEW.call, NEW.agent)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.epoch, OLD.sequence, OLD.at, OLD.seconds, OLD.kind, OLD.call, OLD.agent)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal of calls is append-only'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER call_journal_is_append_only BEFORE UPDATE OR DELETE ON telephony_callentry
    FOR EACH ROW EXECUTE FUNCTION call_journal_guard();
"""

UNDO = """
DROP TRIGGER call_journal_is_append_only ON telephony_callentry;
DROP FUNCTION call_journal_guard();
"""


class Migration(migrations.Migration):
    """A trigger; Django knows nothing of it."""

    dependencies = [("telephony", "0001_calls_and_their_journal")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
